// From a benchmark's definition and the user's options to a list of fits.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { projectRoot } from '../base/root.ts';
import type { PreparedSplit } from '../data/prepared.ts';
import { sourceHash } from '../fitted/source-hash.ts';
import { fittedFile } from '../fitted/store.ts';
import { recordPath } from '../results/path.ts';
import type { FitRecord } from '../results/schema.ts';
import type { BenchmarkDefinition, Device, ModelAdapter, Params } from '../types.ts';
import { checkpointFile } from './checkpoint.ts';
import type { FitJob } from './job.ts';
import type { PlannedFit } from './run-fits.ts';
import { applyParams, type Setting } from './settings.ts';

/** What the user asked for on top of a benchmark's definition; absent means as defined. */
export interface FitOptions {
  readonly dataset?: string | undefined;
  readonly validation?: number | undefined;
  readonly limit?: number | undefined;
  readonly settings: readonly Setting[];
  /** Seeds to fit with, at least one. */
  readonly seeds: readonly number[];
  /** How often each is fitted, at least once. */
  readonly repeats: number;
  readonly device: 'auto' | Device;
  /** Whether fits go on from where an earlier process stopped; absent: they do not even keep how far they have come. */
  readonly resume?: boolean;
  /** Whether fitted models are kept in the cache; absent: they are not. */
  readonly keep?: boolean;
}

/** What a plan is made from. */
export interface PlanInput {
  readonly benchmark: BenchmarkDefinition;
  /** Whether the benchmark is the one that runs when none is named: its records need no other name. */
  readonly isDefault: boolean;
  readonly adapters: readonly ModelAdapter[];
  /** URL of the module that exports the adapters. */
  readonly modelsModule: string;
  readonly split: PreparedSplit;
  readonly device: Device;
  readonly threads: number;
  /** Folder of all records. */
  readonly out: string;
  readonly machine: FitRecord['machine'];
  readonly git: FitRecord['git'];
  readonly options: FitOptions;
}

/**
 * Lists the fits of a run: every seed of every model, seed by seed and repeat by repeat, so that an early end leaves
 * whole comparisons and a drift of the machine does not fall on one model alone.
 *
 * @throws UserError when a parameter is unknown or of the wrong type
 */
export async function planFits(input: PlanInput): Promise<PlannedFit[]> {
  const { benchmark, adapters, split, options } = input;
  const prepared = await Promise.all(
    adapters.map(async (adapter) => {
      const defaults = benchmark.params?.[adapter.id] ?? {};
      const params = applyParams(adapter, defaults, options.settings);
      const file = path.join(projectRoot, 'models', `${adapter.id}.ts`);
      return {
        adapter,
        params,
        variant: variantOf(input, !isDeepStrictEqual(params, applyParams(adapter, defaults, [])), params),
        sourceHash: await sourceHash(file, projectRoot),
      };
    }),
  );
  const rounds = Array.from({ length: options.repeats }, (_, i) => i + 1).flatMap((repeat) =>
    options.seeds.map((seed) => ({ repeat, seed })),
  );
  return rounds.flatMap(({ repeat, seed }) =>
    prepared.map(({ adapter, params, variant, sourceHash }) => ({
      job: withCheckpoint(
        {
          modelsModule: input.modelsModule,
          modelId: adapter.id,
          params,
          seed,
          device: input.device,
          threads: input.threads,
          split,
          latencyBatches: benchmark.latencyBatches,
          // Fits of the same seed are alike: the first is enough.
          ...(options.keep &&
            repeat === 1 && {
              keep: fittedFile({
                modelId: adapter.id,
                sourceHash,
                params,
                seed,
                // What needs no TensorFlow computes on the CPU wherever the others do.
                device: adapter.needsTensorflow ? input.device : 'cpu',
                splitHash: split.splitHash,
              }),
            }),
        },
        sourceHash,
        options,
      ),
      facts: {
        command: commandOf(input, adapter, seed),
        seed,
        repeat,
        model: {
          id: adapter.id,
          role: 'model',
          family: adapter.family,
          kind: adapter.kind,
          engine: adapter.engine,
          summary: adapter.summary,
          source: adapter.source ?? null,
          params,
          sourceHash,
        },
      },
      variant,
      file: recordPath(input.out, { machine: input.machine, git: input.git, model: adapter, seed, repeat, variant }),
    })),
  );
}

function withCheckpoint(job: FitJob, sourceHash: string, { resume }: FitOptions): FitJob {
  return resume === undefined ? job : { ...job, checkpoint: { file: checkpointFile(job, sourceHash), resume } };
}

/** Names what sets a fit apart from the default benchmark's, so that its record stands beside the default one. */
function variantOf({ benchmark, isDefault, split, options }: PlanInput, isCustom: boolean, params: Params) {
  const parts = isDefault ? [] : [benchmark.id];
  if (isCustom || hasOwnSplit(options)) {
    parts.push(
      createHash('sha256')
        .update(`${split.splitHash}${JSON.stringify(params)}`)
        .digest('hex')
        .slice(0, 6),
    );
  }
  return parts.length > 0 ? parts.join('-') : undefined;
}

function hasOwnSplit({ dataset, validation, limit }: FitOptions): boolean {
  return dataset !== undefined || validation !== undefined || limit !== undefined;
}

/** Writes the command that makes one record again. */
function commandOf({ benchmark, isDefault, options }: PlanInput, adapter: ModelAdapter, seed: number): string {
  const words = ['npm run bench --'];
  if (!isDefault) words.push(`--benchmark ${benchmark.id}`);
  words.push(`--models ${adapter.id}`);
  if (options.dataset !== undefined) words.push(`--dataset ${quoted(options.dataset)}`);
  if (options.validation !== undefined) words.push(`--validation ${options.validation}`);
  if (options.limit !== undefined) words.push(`--limit ${options.limit}`);
  if (options.device !== 'auto') words.push(`--device ${options.device}`);
  words.push(`--seed ${seed}`);
  return [...words, ...settingsOf(options.settings, adapter.id)].join(' ');
}

/** Writes the options that change the parameters of one model, for a shell. */
export function settingsOf(settings: readonly Setting[], modelId: string): string[] {
  return settings
    .filter((setting) => setting.modelId === modelId)
    .map(({ param, text }) => `--set ${quoted(`${modelId}.${param}=${text}`)}`);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
