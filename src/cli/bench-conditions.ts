// The conditions of a comparison: its benchmark, data, device and machine, and the list of fits under them.
import os from 'node:os';
import path from 'node:path';
import { benchmarks } from '../../benchmarks/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import type { PreparedSplit } from '../data/prepared.ts';
import { gatherFacts } from '../run/facts.ts';
import { type FitOptions, planFits } from '../run/plan-fits.ts';
import type { RunFacts } from '../run/record.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import type { Setting } from '../run/settings.ts';
import type { Shard } from '../run/shard.ts';
import type { Io } from '../terminal/io.ts';
import type { BenchmarkDefinition, Device, ModelAdapter } from '../types.ts';
import { prepareData, provideEngine } from './bench-setup.ts';
import { modelModule } from './model-list.ts';

/** Options of a comparison. */
export interface BenchOptions {
  readonly models?: string[];
  readonly benchmark?: string;
  readonly quick?: boolean;
  readonly seeds: number;
  readonly seed: number;
  readonly repeats: number;
  readonly device: 'auto' | Device;
  readonly engine?: 'required' | 'any';
  readonly dataset?: string;
  readonly limit?: number;
  readonly validation?: number;
  readonly set: Setting[];
  readonly timeout?: number;
  readonly shard?: Shard;
  readonly skipExisting?: boolean;
  readonly resume?: boolean;
  readonly out: string;
  readonly report?: string | false;
  /** Whether to run again whenever code is saved. */
  readonly watch?: boolean;
  /** Whether to print what models print and the stacks of errors. */
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** What all fits of a comparison share. */
export interface Conditions {
  readonly benchmark: BenchmarkDefinition;
  readonly fitOptions: FitOptions;
  readonly device: Device;
  readonly split: PreparedSplit;
  readonly facts: RunFacts;
}

/**
 * Finds the benchmark that the user chose.
 *
 * @throws UserError if there is none of that name
 */
export function findBenchmark({ benchmark, quick }: BenchOptions): BenchmarkDefinition {
  if (quick && benchmark !== undefined && benchmark !== 'quick') {
    throw new UserError(
      `--quick is the same as --benchmark quick; it cannot be combined with --benchmark ${benchmark}`,
    );
  }
  const name = quick ? 'quick' : (benchmark ?? benchmarks[0]!.id);
  const known = benchmarks.map(({ id }) => id);
  const found = benchmarks.find(({ id }) => id === name);
  if (!found) throw unknownName('benchmark', name, known);
  return found;
}

/**
 * Provides engine and data, and gathers the facts of the machine.
 *
 * @param adapters the models, some of which may need the engine
 * @throws UserError if engine, device or data are not available
 */
export async function prepareConditions(
  benchmark: BenchmarkDefinition,
  adapters: readonly ModelAdapter[],
  options: BenchOptions,
  io: Io,
): Promise<Conditions> {
  const fitOptions = fitOptionsOf(options);
  const device = await provideEngine(adapters, options, io);
  const split = await prepareData(benchmark, fitOptions, io);
  return { benchmark, fitOptions, device, split, facts: await gatherFacts(benchmark.id, split) };
}

/**
 * Lists the fits of models.
 *
 * @param out folder of the records
 * @throws UserError if a parameter is unknown or has the wrong type
 */
export function planAll(
  { benchmark, fitOptions, device, split, facts: { machine, git } }: Conditions,
  adapters: readonly ModelAdapter[],
  out: string,
): Promise<PlannedFit[]> {
  return planFits({
    benchmark,
    isDefault: benchmark === benchmarks[0],
    adapters,
    modelModule,
    split,
    device,
    threads: os.availableParallelism(),
    out: path.resolve(out),
    machine,
    git,
    options: fitOptions,
  });
}

function fitOptionsOf(options: BenchOptions): FitOptions {
  return {
    dataset: options.dataset,
    validation: options.validation,
    limit: options.limit,
    settings: options.set,
    seeds: Array.from({ length: options.seeds }, (_, i) => options.seed + i),
    repeats: options.repeats,
    device: options.device,
    resume: options.resume ?? false,
    keep: true,
  };
}
