// The options of `npm run diff`: what they hold, how their values are read, and which exclude each other.
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { benchmarks } from '../../benchmarks/index.ts';
import { UserError } from '../base/errors.ts';
import { MIN_RUNS } from '../commits/compare/verdict.ts';
import { findMetric, metricsIn } from '../metrics/find-metric.ts';

/** The smallest change that matters, by the id of the metric. */
export type Tolerance = Readonly<Record<string, number>>;

/** The options as the user gave them. */
export interface DiffOptions {
  readonly results: string;
  readonly models?: readonly string[];
  readonly benchmark?: string;
  readonly quick?: boolean;
  readonly machine?: string;
  readonly acrossMachines?: boolean;
  readonly timesOfAnyMachine?: boolean;
  /** Ids of metrics; absent for those that diff shows by default. */
  readonly metrics?: readonly string[];
  readonly tolerance: Tolerance;
  readonly failOn: readonly string[];
  readonly allowMissing?: boolean;
  /** true for standard output. */
  readonly markdown?: string | true;
  /** true for the default file. */
  readonly html?: string | true;
  readonly json?: boolean;
  readonly saveBaseline?: string;
  readonly force?: boolean;
  readonly run?: boolean;
  readonly seeds?: number;
  readonly repeats?: number;
}

export const DEFAULT_HTML = path.join('report', 'diff', 'index.html');
export const DEFAULT_METRICS: readonly string[] = metricsIn('diff').map(({ id }) => id);
export const DEFAULT_FAIL_ON: readonly string[] = metricsIn('fail-on').map(({ id }) => id);

/** Lists the ids of the models that a benchmark has by default; none of an unknown benchmark. */
export function defaultModels(benchmark: string): readonly string[] {
  return benchmarks.find(({ id }) => id === benchmark)?.models ?? [];
}

/**
 * Replaces `--quick` by the benchmark that it stands for.
 *
 * @throws UserError when another benchmark is named too
 */
export function withBenchmark({ quick, ...options }: DiffOptions): DiffOptions {
  if (!quick) return options;
  if (options.benchmark !== undefined && options.benchmark !== 'quick') {
    throw new UserError(`--quick is short for --benchmark quick; it excludes --benchmark ${options.benchmark}`);
  }
  return { ...options, benchmark: 'quick' };
}

/**
 * Checks that the options fit together.
 *
 * @throws UserError when two of them exclude each other
 */
export function checkOptions(options: DiffOptions): void {
  if (options.machine !== undefined && options.acrossMachines) {
    throw new UserError('--machine and --across-machines exclude each other');
  }
  if (options.json === true && options.markdown === true) {
    throw new UserError('--json and --markdown both print to standard output; give --markdown a file');
  }
  if (!options.run && (options.seeds !== undefined || options.repeats !== undefined)) {
    throw new UserError('--seeds and --repeats say what --run measures: add --run, or leave them out');
  }
  checkFailOn(options);
  if (options.run && options.acrossMachines) {
    throw new UserError('--run and --across-machines exclude each other: --run measures on this machine only');
  }
}

/** Refuses metrics that can have no verdict, before anything is measured. */
function checkFailOn({ failOn, run, seeds = 1, repeats = 1 }: DiffOptions): void {
  for (const metric of failOn.map(findMetric)) {
    if (metric.test === 'runs') {
      const runs = seeds * repeats;
      if (!run || runs >= MIN_RUNS) continue;
      throw new UserError(
        `--fail-on ${metric.id}: a verdict needs at least ${MIN_RUNS} runs of every model, but this plan has ${runs}; ` +
          `add --repeats ${Math.ceil(MIN_RUNS / seeds)}`,
      );
    }
    if (metric.from === 'prediction' && metric.influence === undefined) {
      throw new UserError(
        `--fail-on ${metric.id}: there is no verdict on this metric, because records do not keep all probabilities`,
      );
    }
  }
}

/** Reads names of metrics separated by commas, each once; for Commander. */
export function readMetricIds(text: string): string[] {
  return [...new Set(text.split(',').map((name) => findMetric(name.trim()).id))];
}

/** Reads `metric=value` and adds it to earlier ones; for Commander. */
export function readTolerance(text: string, known: Tolerance): Tolerance {
  const at = text.indexOf('=');
  const { id, unit, test } = findMetric(at < 0 ? text : text.slice(0, at).trim());
  const given = at < 0 ? '' : text.slice(at + 1).trim();
  const value = given === '' ? Number.NaN : Number(given);
  if (test === 'images') {
    const [what, limit] = unit === 'fraction' ? ['a fraction below 1', 1] : ['a number', Number.POSITIVE_INFINITY];
    if (!(value >= 0 && value < limit)) {
      throw new InvalidArgumentError(`${id} takes ${what}, at least 0: ${id}=0.002.`);
    }
  } else if (!(value >= 1 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError(`${id} takes a factor from 1: ${id}=1.2.`);
  }
  return { ...known, [id]: value };
}
