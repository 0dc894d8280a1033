import { beforeAll, describe, expect, it } from 'vitest';
import { knn } from '../../models/knn.ts';
import { knnMljs } from '../../models/knn-mljs.ts';
import { logisticRegressionMljs } from '../../models/logistic-regression-mljs.ts';
import { naiveBayes } from '../../models/naive-bayes.ts';
import { nearestCentroid } from '../../models/nearest-centroid.ts';
import { randomForest } from '../../models/random-forest.ts';
import { randomForestMljs } from '../../models/random-forest-mljs.ts';
import { UserError } from '../../src/base/errors.ts';
import { takeImages } from '../../src/data/images.ts';
import { createClassifier } from '../../src/fitted/create-classifier.ts';
import type { Images, LabelledImages, ModelAdapter, Params, Prediction } from '../../src/types.ts';
import { agreement, decodeLabels, firstImages, fitContext, imagesOf, scikitLearn } from '../fixtures/classical.ts';

let train: LabelledImages;
let test: LabelledImages;

beforeAll(async () => {
  ({ train, test } = await firstImages());
});

async function predict<P extends Params>(
  model: ModelAdapter<P>,
  images: LabelledImages,
  queries: Images,
  changes: Params = {},
): Promise<Prediction> {
  const params = { ...model.params, ...changes };
  const shape = images.shape;
  const classifier = createClassifier(model as unknown as ModelAdapter, fitContext(params, { shape }));
  await classifier.fit(images, takeImages(images, []));
  return classifier.predict(queries);
}

describe('knn', () => {
  it.each([
    ['k5', { k: 5 }],
    ['k4distance', { k: 4, weights: 'distance' }],
    ['k5cosine', { k: 5, metric: 'cosine' }],
    ['k5l1', { k: 5, metric: 'l1' }],
  ] as const)('predicts what scikit-learn predicts: %s', async (name, changes) => {
    const { labels } = await predict(knn, train, test, changes);
    expect([...labels]).toEqual([...decodeLabels(scikitLearn.knn[name])]);
  });

  it('finds the same neighbour as ml-knn', async () => {
    const few = takeImages(
      train,
      Array.from({ length: 300 }, (_, i) => i),
    );
    const queries = takeImages(
      test,
      Array.from({ length: 60 }, (_, i) => i),
    );
    const ours = await predict(knn, few, queries, { k: 1 });
    const theirs = await predict(knnMljs, few, queries, { k: 1 });
    expect(ours.labels).toEqual(theirs.labels);
  });

  it('breaks a tied vote in favour of the lowest label', async () => {
    const { labels } = await predict(knn, imagesOf([[10], [20]], [4, 2]), imagesOf([[11]]), { k: 2 });
    expect([...labels]).toEqual([2]);
  });
});

describe('naive-bayes', () => {
  it('predicts what scikit-learn predicts', async () => {
    const { labels } = await predict(naiveBayes, train, test);
    expect(agreement(labels, decodeLabels(scikitLearn.naiveBayes))).toBeGreaterThanOrEqual(0.998);
  });

  it('combines likelihood and prior', async () => {
    // Class 0 at 0 and 2/255, class 1 at 8/255 and 10/255: variance (1/255)² each, equal priors, so the midpoint is even.
    const images = imagesOf([[0], [2], [8], [10]], [0, 0, 1, 1]);
    const { probabilities } = await predict(naiveBayes, images, imagesOf([[5]]));
    expect(probabilities![0]).toBeCloseTo(0.5, 5);
    // At 4 the exponents are -9/2 and -25/2: odds e^8.
    const { probabilities: near } = await predict(naiveBayes, images, imagesOf([[4]]));
    expect(near![1]).toBeCloseTo(1 / (1 + Math.exp(8)), 6);
  });

  it('predicts the priors if every pixel is constant', async () => {
    const images = imagesOf([[7], [7], [7], [7]], [0, 0, 0, 1]);
    const { probabilities } = await predict(naiveBayes, images, imagesOf([[7]]));
    expect([...probabilities!.subarray(0, 2)]).toEqual([0.75, 0.25]);
  });
});

describe('nearest-centroid', () => {
  it('predicts what scikit-learn predicts', async () => {
    const { labels } = await predict(nearestCentroid, train, test);
    expect([...labels]).toEqual([...decodeLabels(scikitLearn.nearestCentroid)]);
  });
});

describe('the mljs models', () => {
  it('count the votes of the forest', async () => {
    const few = takeImages(
      train,
      Array.from({ length: 60 }, (_, i) => i),
    );
    const { labels, probabilities } = await predict(randomForestMljs, few, few, { trees: 4 });
    for (const share of probabilities!) expect([0, 0.25, 0.5, 0.75, 1]).toContain(share);
    expect(agreement(labels, few.labels)).toBeGreaterThan(0.5);
  });

  it.each([
    ['random-forest-mljs', randomForestMljs],
    ['logistic-regression-mljs', logisticRegressionMljs],
  ] as const)('do not mix up labels if a class is missing: %s', async (_name, model) => {
    const rows = Array.from({ length: 20 }, (_, i) => (i % 2 ? [255, 0] : [0, 255]));
    const images = imagesOf(
      rows,
      rows.map((_, i) => (i % 2 ? 7 : 3)),
    );
    const { labels } = await predict(
      model as ModelAdapter,
      images,
      imagesOf([
        [255, 0],
        [0, 255],
      ]),
    );
    expect([...labels]).toEqual([7, 3]);
  });

  it('estimate the measured times', () => {
    // 5 trees on 1,000 images 10.2 s; 20 iterations on 6,000 images 11 s; 122 ms per query among 10,000 images.
    const seconds = (model: ModelAdapter, trainCount: number, testCount: number, changes: Params) =>
      model.estimateSeconds!({ train: trainCount, test: testCount, params: { ...model.params, ...changes } });
    expect(seconds(randomForestMljs as ModelAdapter, 1000, 0, { trees: 5 })).toBeCloseTo(10.2, -0.5);
    expect(seconds(logisticRegressionMljs as ModelAdapter, 6000, 0, { iterations: 20 })).toBeCloseTo(11, 0);
    expect(seconds(knnMljs as ModelAdapter, 10_000, 1, {})).toBeCloseTo(0.122, 3);
  });
});

const all = [knn, knnMljs, logisticRegressionMljs, naiveBayes, nearestCentroid, randomForest, randomForestMljs].map(
  (model) => ({ id: model.id, model: model as unknown as ModelAdapter }),
);

describe.each(all)('$id', ({ model }) => {
  it('predicts the only class there is', async () => {
    const images = imagesOf([[1], [2], [3], [4], [5]], [6, 6, 6, 6, 6]);
    expect([...(await predict(model, images, imagesOf([[2]]))).labels]).toEqual([6]);
  });
});

describe('bad parameters', () => {
  it.each([
    { model: knn, changes: { k: 0 }, message: 'invalid k: 0' },
    { model: knn, changes: { k: -2 }, message: 'invalid k: -2' },
    {
      model: knn,
      changes: { weights: 'distances' },
      message: 'unknown weights: "distances"; did you mean "distance"?',
    },
    { model: knn, changes: { metric: 'l3' }, message: 'unknown metric: "l3"' },
    { model: knnMljs, changes: { k: 0 }, message: 'invalid k: 0' },
    { model: randomForest, changes: { trees: 0 }, message: 'invalid trees: 0' },
    { model: randomForest, changes: { criterion: 'ginni' }, message: 'unknown criterion: "ginni"' },
    { model: randomForestMljs, changes: { trees: 0 }, message: 'invalid trees: 0' },
    { model: randomForestMljs, changes: { maxFeatures: 0.5 }, message: 'invalid maxFeatures: 0.5' },
    { model: logisticRegressionMljs, changes: { iterations: 0 }, message: 'invalid iterations: 0' },
    { model: logisticRegressionMljs, changes: { learningRate: -1 }, message: 'invalid learningRate: -1' },
    { model: naiveBayes, changes: { varSmoothing: 0 }, message: 'invalid varSmoothing: 0' },
  ] as const)('are rejected: $model.id, $message', ({ model, changes, message }) => {
    const create = () =>
      (model as unknown as ModelAdapter).create(
        fitContext<Params>({ ...model.params, ...(changes as object as Params) }),
      );
    expect(create).toThrow(message);
    expect(create).toThrow(UserError);
  });

  it.each([
    ['knn', knn],
    ['knn-mljs', knnMljs],
  ] as const)('are rejected if k is larger than the number of images: %s', async (_name, model) => {
    const images = imagesOf([[1], [2], [3]]);
    await expect(predict(model as ModelAdapter, images, images)).rejects.toThrow('invalid k: 5; at most the 3');
  });
});
