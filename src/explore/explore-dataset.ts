// Explores a data set: its classes and pixels, near-duplicates, likely label errors and a map.
import type { Dataset } from '../data/dataset.ts';
import { decodeConfidence, decodeLabels } from '../results/encode.ts';
import { isSameCode } from '../results/same-code.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { ImageShape } from '../types.ts';
import { type ClassForeground, foregroundByClass } from './foreground.ts';
import { type ImageMap, mapImages } from './image-map.ts';
import { findLabelErrors, type LabelError, type LabelErrorOptions } from './label-errors.ts';
import {
  type AccuracyWithoutDuplicates,
  accuracyWithoutDuplicates,
  findNearDuplicates,
  type NearDuplicate,
} from './near-duplicates.ts';
import { averageImages, type ClassImages, classCounts, type PixelStatistics, pixelStatistics } from './pixels.ts';

/** What was found. Images are identified by their positions in the training and test images of the data set. */
export interface Exploration {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
  /** Images of each class. */
  readonly counts: { readonly train: readonly number[]; readonly test: readonly number[] };
  readonly pixels: { readonly train: PixelStatistics; readonly test: PixelStatistics };
  readonly foreground: readonly ClassForeground[];
  /** Of the training images, one for each class. */
  readonly averages: readonly ClassImages[];
  readonly nearDuplicates: {
    /** Largest difference of a near-duplicate, in grey values of 256. */
    readonly near: number;
    readonly found: readonly NearDuplicate[];
    readonly accuracies: readonly AccuracyWithoutDuplicates[];
  };
  readonly labelErrors: {
    readonly minimum: LabelErrorOptions;
    /** Ids of the models whose predictions were used. */
    readonly models: readonly string[];
    readonly found: readonly LabelError[];
  };
  /** Positions count the training images first, then the test images. null without a map. */
  readonly map: ImageMap | null;
}

/** What to find. */
export interface ExploreOptions {
  /** See `NearDuplicateOptions`. */
  readonly near: number;
  readonly labelErrors: LabelErrorOptions;
  /** Number of images on the map, 0 for none. */
  readonly map: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly progress?: (step: string, done: number, total: number) => void;
}

/**
 * Explores a data set. Needs TensorFlow.
 *
 * @param records finished fits; those of other images, of a part of the test images, of reference implementations and of
 *   baselines are left out
 */
export async function explore(
  { name, classNames, shape, files, train, test }: Dataset,
  records: readonly FinishedRecord[],
  { near, labelErrors: minimum, map, seed, signal, progress }: ExploreOptions,
): Promise<Exploration> {
  const classCount = classNames.length;
  const report = (step: string) => (done: number, total: number) => progress?.(step, done, total);
  const stop = signal && { signal };
  const chosen = oneOfEachModel(records.filter((record) => isOf(record, files, test.labels.length, classCount)));
  const predictions = chosen.flatMap(({ model, predictions: labels, confidence }) => {
    const decoded = decodeConfidence(confidence);
    return decoded ? [{ modelId: model.id, labels: decodeLabels(labels), confidence: decoded }] : [];
  });
  const nearDuplicates = await findNearDuplicates(train, test, { near, progress: report('near-duplicates'), ...stop });
  return {
    name,
    classNames,
    shape,
    counts: { train: classCounts(train.labels, classCount), test: classCounts(test.labels, classCount) },
    pixels: { train: pixelStatistics(train.bytes), test: pixelStatistics(test.bytes) },
    foreground: foregroundByClass(train, test, classCount),
    averages: averageImages(train.bytes, train.labels, classCount),
    nearDuplicates: {
      near,
      found: nearDuplicates,
      accuracies: accuracyWithoutDuplicates(chosen, test.labels, nearDuplicates),
    },
    labelErrors: {
      minimum,
      models: predictions.map(({ modelId }) => modelId),
      found: findLabelErrors(predictions, test.labels, minimum),
    },
    map:
      map === 0 ? null : await mapImages(together(train, test), { count: map, seed, progress: report('map'), ...stop }),
  };
}

/** The training images, then the test images. */
function together(train: Dataset['train'], test: Dataset['test']): Dataset['train'] {
  return {
    bytes: Uint8Array.from(Buffer.concat([train.bytes, test.bytes])),
    labels: Uint8Array.from(Buffer.concat([train.labels, test.labels])),
  };
}

function isOf(
  { dataset, model }: FinishedRecord,
  files: Dataset['files'],
  testImages: number,
  classCount: number,
): boolean {
  const isSame = Object.values(files).every((hash) => Object.values(dataset.files).includes(hash));
  const isAlike = dataset.test === testImages && dataset.classNames.length === classCount;
  return isSame && isAlike && model.role === 'model' && model.kind !== 'baseline';
}

/**
 * Picks one fit of each model, all of the benchmark that has the most models: the fit on the most images, by the model's
 * newest code, with the lowest seed.
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
    const isAlike = other?.dataset.train === record.dataset.train && isSameCode(other, record);
    if (!other || (isAlike && record.seed < other.seed)) chosen.set(record.model.id, record);
  }
  return [...chosen.values()].sort((a, b) => b.metrics.accuracy - a.metrics.accuracy);
}
