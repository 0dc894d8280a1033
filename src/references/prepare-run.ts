// Prepares the measurements with reference implementations: engine, split, and a plan of our fits.
import path from 'node:path';
import { projectRoot } from '../base/root.ts';
import { loadDataset } from '../data/dataset.ts';
import { type PreparedSplit, prepareSplit } from '../data/prepared.ts';
import { splitDataset } from '../data/split.ts';
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import { describeCheckout } from '../git/checkout.ts';
import { gatherFacts } from '../run/facts.ts';
import { planFits } from '../run/plan-fits.ts';
import type { RunFacts } from '../run/record.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import type { Io } from '../terminal/io.ts';
import type { BenchmarkDefinition, ModelAdapter } from '../types.ts';
import type { MeasureOptions } from './options.ts';

/** A measurement as the command line asks for it. */
export interface RunRequest<O extends MeasureOptions = MeasureOptions> {
  /** Data set, split and parameters; the models are those of `adapters`. */
  readonly benchmark: BenchmarkDefinition;
  /** Our models, in the order in which they are measured. */
  readonly adapters: readonly ModelAdapter[];
  /** Returns the URL of the module that exports a model. */
  modelModule(id: string): string;
  readonly options: O;
  readonly io: Io;
  /** Stops the fit that runs, and starts no other. */
  readonly signal: AbortSignal;
}

/** What all fits on one split share. */
export interface PreparedRun {
  readonly split: PreparedSplit;
  readonly facts: RunFacts;
  /** One fit of each adapter, in their order. */
  readonly fits: readonly PlannedFit[];
}

/** The seed of every fit: rounds repeat the same fit. */
export const SEED = 1;

/**
 * Prepares engine and split, and plans one fit of each model as `npm run bench` does.
 *
 * @param limit images to fit on; all when undefined
 * @throws UserError when the engine or the data is not available, or a size is out of range
 */
export async function prepareRun(request: RunRequest, limit: number | undefined): Promise<PreparedRun> {
  const { adapters, options, io } = request;
  const benchmark = { ...request.benchmark, models: adapters.map(({ id }) => id) };
  const engine = await ensureEngine({ device: options.device });
  for (const notice of engine.notices) io.err(`engine: ${notice}`);
  const dataset = await loadDataset(benchmark.dataset);
  const { validation, testLimit } = benchmark;
  const split = await prepareSplit(dataset, splitDataset(dataset, { validation, testLimit, limit }));
  const facts = await gatherFacts(benchmark.id, split);
  const { noCommit } = facts.git ? { noCommit: null } : await describeCheckout(projectRoot);
  if (noCommit) io.err(`the records will name no commit: ${noCommit.reason}; ${noCommit.cure}`);
  const fits = await planFits({
    benchmark,
    isDefault: false,
    adapters,
    modelModule: request.modelModule,
    split,
    device: engine.device,
    threads: options.threads,
    out: path.resolve(options.out),
    machine: facts.machine,
    git: facts.git,
    options: { limit, settings: options.set, seeds: [SEED], repeats: 1, device: options.device },
  });
  return { split, facts, fits };
}
