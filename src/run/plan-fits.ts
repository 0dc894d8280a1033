// Turns a benchmark's definition and the user's options into the list of fits of a run.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PreparedSplit } from '../data/prepared.ts';
import { currentCodes, type ModelCode, sourceKey } from '../fitted/model-code.ts';
import { fittedFile } from '../fitted/store.ts';
import { recordPath } from '../results/path.ts';
import type { FitRecord } from '../results/schema.ts';
import type { BenchmarkDefinition, Device, ModelAdapter, Params } from '../types.ts';
import { benchCommand, type CommandOptions } from './bench-command.ts';
import { checkpointFile } from './checkpoint.ts';
import type { FitJob } from './fit-outcome.ts';
import type { PlannedFit } from './run-fits.ts';
import { applyParams } from './settings.ts';

/** The user's options; absent ones are as the benchmark defines them. */
export interface FitOptions extends CommandOptions {
  /** Seeds to fit with, at least one. */
  readonly seeds: readonly number[];
  /** Number of fits per model and seed, at least 1. */
  readonly repeats: number;
  /** Whether fits continue from their checkpoints; absent: they write no checkpoints. */
  readonly resume?: boolean;
  /** Whether fitted models are saved in the cache; false by default. */
  readonly keep?: boolean;
}

/** What a plan is made from. */
export interface PlanInput {
  readonly benchmark: BenchmarkDefinition;
  /** Whether the benchmark is the default one: only others appear in the file names of records. */
  readonly isDefault: boolean;
  readonly adapters: readonly ModelAdapter[];
  /** Returns the URL of the module that exports a model. */
  modelModule(id: string): string;
  readonly split: PreparedSplit;
  readonly device: Device;
  readonly threads: number;
  /** Folder of all records. */
  readonly out: string;
  readonly machine: FitRecord['machine'];
  readonly git: FitRecord['git'];
  readonly options: FitOptions;
}

/** A model with everything that all of its fits share. */
interface PlannedModel {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly variant: string | undefined;
  readonly code: ModelCode;
  /** What the model computes on: models without TensorFlow always use the CPU. */
  readonly device: Device;
}

/**
 * Lists the fits of a run. All models of a seed come before the next seed, and all seeds before the next repeat: a run
 * that ends early leaves complete comparisons, and slow changes of the machine affect all models alike.
 *
 * @throws UserError if a parameter is unknown or has the wrong type
 */
export async function planFits(input: PlanInput): Promise<PlannedFit[]> {
  const { seeds, repeats } = input.options;
  const models = await planModels(input);
  const rounds = Array.from({ length: repeats }, (_, i) => i + 1).flatMap((repeat) =>
    seeds.map((seed) => ({ repeat, seed })),
  );
  return rounds.flatMap(({ repeat, seed }) => models.map((model) => planFit(input, model, seed, repeat)));
}

async function planModels(input: PlanInput): Promise<PlannedModel[]> {
  const { benchmark, adapters, options } = input;
  const codes = await currentCodes(adapters.map(({ id }) => id));
  return adapters.map((adapter) => {
    const defaults = benchmark.params?.[adapter.id] ?? {};
    const params = applyParams(adapter, defaults, options.settings);
    const isCustom = !isDeepStrictEqual(params, applyParams(adapter, defaults, []));
    const device = adapter.needsTensorflow ? input.device : 'cpu';
    const code = codes.get(sourceKey(adapter.id, device))!;
    return { adapter, params, variant: variantOf(input, isCustom, params), code, device };
  });
}

function planFit(input: PlanInput, model: PlannedModel, seed: number, repeat: number): PlannedFit {
  const { benchmark, isDefault, options, out, machine, git } = input;
  const { adapter, params, variant, code } = model;
  const { id, family, kind, engine, summary, source = null } = adapter;
  return {
    job: jobOf(input, model, seed, repeat),
    facts: {
      command: benchCommand(isDefault ? null : benchmark, id, seed, options),
      seed,
      repeat,
      model: { id, role: 'model', family, kind, engine, summary, source, params, ...factsOfCode(code) },
    },
    variant,
    file: recordPath(out, { machine, git, model: { id, ...code }, seed, repeat, variant }),
  };
}

function jobOf(input: PlanInput, model: PlannedModel, seed: number, repeat: number): FitJob {
  const { device, threads, split, benchmark, options, out } = input;
  const { adapter, params, code } = model;
  const job: FitJob = {
    modelModule: input.modelModule(adapter.id),
    modelId: adapter.id,
    params,
    seed,
    device,
    threads,
    split,
    latencyBatches: benchmark.latencyBatches,
    hidden: [path.resolve(out), path.resolve(options.dataset ?? benchmark.dataset)],
  };
  const sourceHash = code.codeHash;
  const identity = { modelId: adapter.id, sourceHash, params, seed, device: model.device, splitHash: split.splitHash };
  return {
    ...job,
    ...(options.resume !== undefined && {
      checkpoint: { file: checkpointFile(job, sourceHash), resume: options.resume },
    }),
    // Repeats of a seed give the same model: the first is saved.
    ...(options.keep && repeat === 1 && { keep: fittedFile(identity) }),
  };
}

/** The code as a record holds it. */
function factsOfCode({ sourceHash, codeHash, unhashed }: ModelCode) {
  return { sourceHash, codeHash, ...(unhashed.length > 0 && { unhashed: [...unhashed] }) };
}

/** The part of a record's file name that sets the fit apart from the default benchmark's fit; undefined for that one. */
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
