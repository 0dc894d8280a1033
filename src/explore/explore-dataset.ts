// Everything that is to be known of a data set, and what the models on record say of it.
import type { Dataset } from '../data/dataset.ts';
import { decodeConfidence, decodeLabels } from '../results/encode.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { ImageShape } from '../types.ts';
import { type ClassForeground, inkByClass } from './foreground.ts';
import { type ImageMap, mapImages } from './image-map.ts';
import { findLabelErrors, type LabelError, type SuspectOptions } from './label-errors.ts';
import {
  type AccuracyWithoutDuplicates,
  accuracyWithoutDuplicates,
  findNearDuplicates,
  type NearDuplicate,
} from './near-duplicates.ts';
import { averageImages, type ClassImages, classCounts, type PixelStatistics, pixelStatistics } from './pixels.ts';

/** What was found. Images are named by their positions in the data set's training and test images. */
export interface Exploration {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
  /** Images of each class. */
  readonly counts: { readonly train: readonly number[]; readonly test: readonly number[] };
  readonly pixels: { readonly train: PixelStatistics; readonly test: PixelStatistics };
  readonly foreground: readonly ClassForeground[];
  /** Of the training images, one a class. */
  readonly averages: readonly ClassImages[];
  readonly nearDuplicates: {
    /** Largest difference that counts, in grey values. */
    readonly near: number;
    readonly found: readonly NearDuplicate[];
    readonly accuracies: readonly AccuracyWithoutDuplicates[];
  };
  readonly labelErrors: {
    readonly least: SuspectOptions;
    /** Those that were asked. */
    readonly models: readonly string[];
    readonly found: readonly LabelError[];
  };
  /** Of the test images after the training images; null when it was not asked for. */
  readonly map: ImageMap | null;
}

/** What to find. */
export interface ExploreOptions {
  /** See `NearDuplicateOptions`. */
  readonly near: number;
  readonly labelErrors: SuspectOptions;
  /** Images on the map, 0 for none. */
  readonly map: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly progress?: (step: string, done: number, total: number) => void;
}

/**
 * Explores a data set. Needs TensorFlow.
 *
 * @param records of models; those of other images, of part of the test images, of references and of baselines are left out
 */
export async function explore(
  { name, classNames, shape, files, train, test }: Dataset,
  records: readonly FinishedRecord[],
  { near, labelErrors: least, map, seed, signal, progress }: ExploreOptions,
): Promise<Exploration> {
  const classCount = classNames.length;
  const told = (step: string) => (done: number, total: number) => progress?.(step, done, total);
  const stop = signal && { signal };
  const chosen = oneOfEachModel(records.filter((record) => isOf(record, files, test.labels.length)));
  const opinions = chosen.flatMap(({ model, predictions, confidence }) => {
    const sure = decodeConfidence(confidence);
    return sure ? [{ modelId: model.id, labels: decodeLabels(predictions), confidence: sure }] : [];
  });
  const nearDuplicates = await findNearDuplicates(train, test, { near, progress: told('twins'), ...stop });
  return {
    name,
    classNames,
    shape,
    counts: { train: classCounts(train.labels, classCount), test: classCounts(test.labels, classCount) },
    pixels: { train: pixelStatistics(train.bytes), test: pixelStatistics(test.bytes) },
    foreground: inkByClass(train, test, classCount),
    averages: averageImages(train.bytes, train.labels, classCount),
    nearDuplicates: {
      near,
      found: nearDuplicates,
      accuracies: accuracyWithoutDuplicates(chosen, test.labels, nearDuplicates),
    },
    labelErrors: {
      least,
      models: opinions.map(({ modelId }) => modelId),
      found: findLabelErrors(opinions, test.labels, least),
    },
    map:
      map === 0 ? null : await mapImages(together(train, test), { count: map, seed, progress: told('map'), ...stop }),
  };
}

/** The training images, then the test images. */
function together(train: Dataset['train'], test: Dataset['test']): Dataset['train'] {
  return {
    bytes: Uint8Array.from(Buffer.concat([train.bytes, test.bytes])),
    labels: Uint8Array.from(Buffer.concat([train.labels, test.labels])),
  };
}

function isOf({ dataset, model }: FinishedRecord, files: Dataset['files'], testImages: number): boolean {
  const isSame = Object.values(files).every((hash) => Object.values(dataset.files).includes(hash));
  return isSame && dataset.test === testImages && model.role === 'model' && model.kind !== 'baseline';
}

/**
 * Picks one fit of each model, all of the benchmark that has most models: the fit on most images, by the model's newest
 * code, with the lowest seed.
 */
function oneOfEachModel(records: readonly FinishedRecord[]): FinishedRecord[] {
  const modelsOf = (benchmark: string): number =>
    new Set(records.filter((record) => record.benchmark === benchmark).map(({ model }) => model.id)).size;
  const [main] = [...new Set(records.map(({ benchmark }) => benchmark))].sort((a, b) => modelsOf(b) - modelsOf(a));
  const newestFirst = records
    .filter(({ benchmark }) => benchmark === main)
    .sort((a, b) => b.dataset.train - a.dataset.train || Date.parse(b.startedAt) - Date.parse(a.startedAt));
  const chosen = new Map<string, FinishedRecord>();
  for (const record of newestFirst) {
    const other = chosen.get(record.model.id);
    const isAlike = other?.dataset.train === record.dataset.train && other.model.sourceHash === record.model.sourceHash;
    if (!other || (isAlike && record.seed < other.seed)) chosen.set(record.model.id, record);
  }
  return [...chosen.values()].sort((a, b) => b.metrics.accuracy - a.metrics.accuracy);
}
