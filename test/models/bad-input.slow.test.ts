// Degenerate training data: each model rejects it or has a defined result.
import { describe, expect, it } from 'vitest';
import { knn } from '../../models/knn.ts';
import { knnMljs } from '../../models/knn-mljs.ts';
import { linearSvm } from '../../models/linear-svm.ts';
import { logisticRegression } from '../../models/logistic-regression.ts';
import { logisticRegressionMljs } from '../../models/logistic-regression-mljs.ts';
import { naiveBayes } from '../../models/naive-bayes.ts';
import { nearestCentroid } from '../../models/nearest-centroid.ts';
import { randomForestMljs } from '../../models/random-forest-mljs.ts';
import { UserError } from '../../src/base/errors.ts';
import { takeImages } from '../../src/data/images.ts';
import { createClassifier } from '../../src/fitted/create-classifier.ts';
import type { LabelledImages, ModelAdapter, Params, Prediction } from '../../src/types.ts';
import { fitContext, imagesOf } from '../fixtures/classical.ts';

type Model = { readonly id: string };
const models = [
  knn,
  knnMljs,
  linearSvm,
  logisticRegression,
  logisticRegressionMljs,
  naiveBayes,
  nearestCentroid,
  randomForestMljs,
];
const without = (...left: Model[]) => models.filter((model) => !left.includes(model)).map(withId);
const withId = (model: Model) => ({ id: model.id, model });

/** Fits and predicts; models of neighbours use one neighbour. */
async function answer(model: Model, train: LabelledImages, queries: LabelledImages): Promise<Prediction> {
  const { params } = model as ModelAdapter;
  const context = fitContext<Params>('k' in params ? { ...params, k: 1 } : params, { shape: train.shape });
  const classifier = createClassifier(model as ModelAdapter, context);
  await classifier.fit(train, takeImages(train, []));
  return classifier.predict(queries);
}

/** Two images, of classes 3 and 7 of ten. */
const two = imagesOf(
  [
    [0, 200],
    [200, 0],
  ],
  [3, 7],
);
const none = takeImages(two, []);
const broken: LabelledImages = { ...two, pixels: Float32Array.of(0, 0.8, Number.NaN, 0) };

describe('without training images', () => {
  it.each(models.map(withId))('$id rejects them', async ({ model }) => {
    await expect(answer(model, none, two)).rejects.toThrow(UserError);
  });
});

describe('with images of one class only', () => {
  const images = imagesOf([[1], [2], [3], [4], [5]], [6, 6, 6, 6, 6]);

  it.each(without(linearSvm))('$id predicts that class', async ({ model }) => {
    expect([...(await answer(model, images, images)).labels]).toEqual([6, 6, 6, 6, 6]);
  });

  it('linear-svm rejects them, because it needs two classes', async () => {
    const fit = answer(linearSvm, images, images);
    await expect(fit).rejects.toThrow('a linear SVM needs at least two classes in the training images; found 1');
    await expect(fit).rejects.toThrow(UserError);
  });
});

describe('with constant pixels', () => {
  const rows = Array.from({ length: 7 }, () => [7, 7]);
  const images = imagesOf(rows, [2, 2, 5, 5, 5, 5, 2]);
  const query = imagesOf([[7, 7]]);

  it.each(without(knn, knnMljs, nearestCentroid))('$id predicts the most frequent class', async ({ model }) => {
    expect([...(await answer(model, images, query)).labels]).toEqual([5]);
  });

  it.each([naiveBayes, logisticRegression].map(withId))(
    '$id is as sure as the classes are frequent',
    async ({ model }) => {
      const { probabilities } = await answer(model, images, query);
      // Four of seven; logistic regression converges at a gradient of 1e-4.
      expect(probabilities![5]).toBeCloseTo(4 / 7, 3);
      expect(probabilities![2]).toBeCloseTo(3 / 7, 3);
    },
  );

  it('knn uses the first images', async () => {
    expect([...(await answer(knn, images, query)).labels]).toEqual([2]);
  });

  it('knn-mljs predicts one of the classes', async () => {
    expect([2, 5]).toContain((await answer(knnMljs, images, query)).labels[0]);
  });

  it('nearest-centroid predicts the lowest label, because all means are equally near', async () => {
    expect([...(await answer(nearestCentroid, images, query)).labels]).toEqual([2]);
  });
});

describe('with more classes than images', () => {
  it.each(without(randomForestMljs))('$id predicts the two classes that occur', async ({ model }) => {
    const { labels, probabilities } = await answer(model, two, two);
    expect([...labels]).toEqual([3, 7]);
    for (const value of probabilities ?? []) expect(value).toBeGreaterThanOrEqual(0);
  });

  it('random-forest-mljs predicts one of the two that occur, because it does not split fewer than three images', async () => {
    for (const label of (await answer(randomForestMljs, two, two)).labels) expect([3, 7]).toContain(label);
  });
});

describe('with a pixel that is not a number', () => {
  it.each(without(knn, naiveBayes, nearestCentroid))('$id rejects it and reports its position', async ({ model }) => {
    const fit = answer(model, broken, two);
    await expect(fit).rejects.toThrow('invalid pixel: NaN (image 1, pixel 0)');
    await expect(fit).rejects.toThrow(UserError);
  });

  it.each([knn, naiveBayes, nearestCentroid].map(withId))(
    '$id does not see it, as it reads bytes',
    async ({ model }) => {
      expect(await answer(model, broken, broken)).toEqual(await answer(model, two, two));
    },
  );
});

describe('with fewer images than neighbours', () => {
  it.each([knn, knnMljs].map(withId))('$id rejects k', async ({ model }) => {
    const { params, create } = model as unknown as ModelAdapter;
    const fit = create(fitContext<Params>({ ...params, k: 3 })).fit(two, none);
    await expect(fit).rejects.toThrow('invalid k: 3; at most the 2 training images');
    await expect(fit).rejects.toThrow(UserError);
  });
});
