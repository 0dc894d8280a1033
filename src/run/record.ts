// Builds the record of a fit from its outcome and its conditions.
import type { PreparedSplit } from '../data/prepared.ts';
import { encodeConfidence, encodeFloats, encodeLabels } from '../results/encode.ts';
import { type FitRecord, type GradCamRecord, type PixelMapRecord, SCHEMA_VERSION } from '../results/schema.ts';
import type { ImageShape, PixelMap } from '../types.ts';
import { engineCaution } from './fit-cautions.ts';
import type { ProcessOutcome } from './fit-process.ts';
import type { GradCamExamples } from './grad-cam-examples.ts';

/** The conditions that all fits of a run share. */
export type RunFacts = Pick<FitRecord, 'benchmark' | 'git' | 'noCommit' | 'machine' | 'dataset'> & {
  readonly node: string;
  readonly packages: Record<string, string>;
};

/** The facts of one fit that are known before it starts. */
export type FitFacts = Pick<FitRecord, 'command' | 'seed' | 'repeat' | 'startedAt'> & {
  readonly model: Omit<FitRecord['model'], 'parameterCount' | 'notes'>;
};

/**
 * Builds the record of one fit.
 *
 * @param run the conditions of all fits of the run
 * @param fit the facts of this fit
 * @param ended how its process ended
 */
export function buildRecord(run: RunFacts, fit: FitFacts, ended: ProcessOutcome): FitRecord {
  const { node, packages, ...shared } = run;
  const engine = ended.engine ?? {
    name: fit.model.engine,
    version: null,
    backend: null,
    device: 'cpu' as const,
    threads: run.machine.cores,
  };
  const base = {
    schemaVersion: SCHEMA_VERSION,
    ...shared,
    startedAt: fit.startedAt,
    command: fit.command,
    seed: fit.seed,
    repeat: fit.repeat,
    software: { node, packages, engine, isRestricted: ended.isRestricted ?? false },
    resources: {
      peakRssBytes: ended.peakRssBytes,
      peakDeviceBytes: ended.peakDeviceBytes ?? null,
      energyJoules: ended.energyJoules ?? null,
    },
  } as const;
  if (ended.status !== 'ok') {
    return {
      ...base,
      status: ended.status,
      model: { ...fit.model, parameterCount: null, notes: {} },
      metrics: null,
      timing: { totalSeconds: ended.totalSeconds, ...(ended.curve && { curve: [...ended.curve] }) },
      predictions: null,
      confidence: null,
      latency: [],
      cautions: [],
      error: ended.error,
    };
  }
  const { outcome } = ended;
  return {
    ...base,
    status: 'ok',
    model: { ...fit.model, parameterCount: outcome.parameterCount, notes: { ...outcome.notes } },
    metrics: outcome.metrics,
    timing: { ...outcome.timing, totalSeconds: ended.totalSeconds },
    predictions: encodeLabels(outcome.prediction.labels),
    confidence: encodeConfidence(outcome.prediction),
    latency: outcome.latency,
    cautions: [engineCaution(engine) ?? [], ...outcome.cautions].flat(),
    ...(outcome.usesSeed !== undefined && { usesSeed: outcome.usesSeed }),
    ...(outcome.clock && { clock: outcome.clock }),
    ...(outcome.pixelMaps.length > 0 && {
      pixelMaps: outcome.pixelMaps.map((map) => encodeMap(map, run.dataset.shape)),
    }),
    ...(outcome.layers.length > 0 && {
      layers: outcome.layers.map((layer) => ({ ...layer, outputShape: [...layer.outputShape] })),
    }),
    ...(outcome.gradCam && { gradCam: encodeGradCam(outcome.gradCam) }),
    error: null,
  };
}

function encodeGradCam({ images, ...facts }: GradCamExamples): GradCamRecord {
  return {
    ...facts,
    images: images.map(({ map, ...image }) => ({
      ...image,
      map: encodeLabels(Uint8Array.from(map, (value) => Math.round(255 * value))),
    })),
  };
}

function encodeMap({ name, values }: PixelMap, { height, width }: ImageShape): PixelMapRecord {
  return { name, height, width, values: encodeFloats(values) };
}

/**
 * Describes the data of a split as records do.
 *
 * @param split the data of all fits of a run
 */
export function datasetFacts({ folder: _folder, counts, ...split }: PreparedSplit): FitRecord['dataset'] {
  return { ...split, ...counts, files: { ...split.files }, classNames: [...split.classNames] };
}
