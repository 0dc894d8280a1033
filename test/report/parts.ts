// Records for the other parts of a report: references, library pairs, scaling, pixel maps.
import { encodeFloats, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord, FitRecord, PixelMapRecord } from '../../src/results/schema.ts';
import { makeRecord, type RecordShape } from '../fixtures/records.ts';

/** The option `libraryPairs` of `buildReport`. */
export const libraryPairs = [
  {
    benchmark: 'engines',
    title: 'Our engines and the given libraries',
    pairs: { knn: 'knn-mljs', svm: 'svm-libsvm' },
    unequal: { knn: 'The library walks a tree.' },
  },
];

/**
 * Makes a record of one side of a pair.
 *
 * @param model id
 * @param labels predictions, one for each test image
 * @param more the rest of its shape, and notes or the model's fields to add
 */
export function makeSide(
  model: string,
  labels: readonly number[],
  more: RecordShape & { benchmark: string; notes?: Record<string, string | number>; referenceOf?: string },
): FinishedRecord {
  const { benchmark, notes = {}, referenceOf, ...shape } = more;
  const record = makeRecord({ model, kind: 'traditional', ...shape });
  return {
    ...record,
    benchmark,
    command: 'npm run references',
    model: {
      ...record.model,
      notes,
      engine: `engine of ${model}`,
      ...(referenceOf !== undefined && { role: 'reference', referenceOf }),
    },
    predictions: encodeLabels(Uint8Array.from(labels)),
  };
}

/** Makes three rounds of ours and of two references, as `npm run references` keeps them. */
export function makeReferences(): FinishedRecord[] {
  const rounds = (fit: string, predict: string) => ({
    rounds: 3,
    fitSecondsOfRounds: fit,
    predictSecondsOfRounds: predict,
  });
  const benchmark = 'references';
  return [
    makeSide('knn', [0, 1, 2, 3], { benchmark, notes: rounds('1 3 2', '0 1 0') }),
    makeSide('knn-scikit-learn', [0, 1, 2, 4], { benchmark, referenceOf: 'knn', notes: rounds('2 4 4', '2 4 0') }),
    makeSide('knn-other', [0, 1, 2, 3], { benchmark, referenceOf: 'knn', notes: rounds('10 10 10', '0 0 0') }),
  ];
}

/**
 * Makes a record of a fit on a number of images.
 *
 * @param model id
 * @param train training images
 * @param seconds to fit; prediction takes a quarter of a second
 * @param stopped why there is no larger size
 */
export function makeSize(model: string, train: number, seconds: number, stopped?: string): FitRecord {
  const record = makeRecord({ model, trainSeconds: seconds, predictSeconds: 0.25, kind: 'traditional' });
  return atSize({ ...record, model: { ...record.model, notes: stopped === undefined ? {} : { stopped } } }, train);
}

/** Moves a record to the scaling benchmark, on a separate split. */
export function atSize<R extends FitRecord>(record: R, train: number): R {
  const splitHash = String(train).padStart(64, '0');
  return { ...record, benchmark: 'scaling', dataset: { ...record.dataset, train, validation: 0, splitHash } };
}

/**
 * Makes a map of 2 x 2 pixels.
 *
 * @param name what is shown
 * @param values four numbers, row-major
 */
export function makeMap(name: string, values: readonly number[]): PixelMapRecord {
  return { name, height: 2, width: 2, values: encodeFloats(Float32Array.from(values)) };
}

/** Makes records that fill every part of a report. */
export function makeEverything(): FitRecord[] {
  const own = makeRecord({ model: 'knn', kind: 'traditional', family: 'knn' });
  const engines = { benchmark: 'engines' };
  return [
    { ...own, pixelMaps: [makeMap('weight for Bag', [1, -1, 0, 0.5]), makeMap('weight for Coat', [0, 0, 0, 1])] },
    makeRecord(),
    ...makeReferences(),
    makeSide('knn', [0, 1], engines),
    makeSide('knn-mljs', [0, 2], engines),
    makeSize('knn', 1000, 1),
    makeSize('knn', 2000, 2),
    makeSize('knn-mljs', 1000, 30, 'too slow'),
  ];
}
