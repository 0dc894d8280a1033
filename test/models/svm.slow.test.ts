import { expect, it, vi } from 'vitest';
import { svm } from '../../models/svm.ts';
import { svmLibsvm } from '../../models/svm-libsvm.ts';
import { quietFitEvents } from '../../src/base/quiet-fit-events.ts';
import { createImages } from '../../src/data/images.ts';
import { createClassifier } from '../../src/fitted/create-classifier.ts';
import type { FitContext, ModelAdapter } from '../../src/types.ts';

const around: Omit<FitContext, 'params'> = {
  seed: 1,
  device: 'cpu',
  shape: { height: 1, width: 1, channels: 1 },
  classNames: ['dark', 'bright'],
  threads: 1,
  signal: new AbortController().signal,
  ...quietFitEvents,
};
const create = (changes: Partial<typeof svm.params>) =>
  createClassifier(svm as unknown as ModelAdapter, { ...around, params: { ...svm.params, ...changes } });
// Three dark images of one pixel and one bright image.
const images = createImages(Uint8Array.of(0, 20, 40, 255), Uint8Array.of(0, 0, 0, 1), around.shape);
const none = createImages(new Uint8Array(0), new Uint8Array(0), around.shape);

it.each([
  [{ kernel: 'rbg' }, 'unknown kernel: "rbg"; did you mean "rbf"?'],
  [{ C: 0 }, 'invalid C: 0; a number above 0'],
  [{ gamma: '0' }, 'invalid gamma: 0; a number above 0 or scale'],
  [{ gamma: 'auto' }, 'invalid gamma: auto'],
  [{ classWeight: 'even' }, 'unknown classWeight: "even"'],
  [{ C: Number.NaN }, 'invalid C: NaN'],
  [{ gamma: '-0.5' }, 'invalid gamma: -0.5'],
  [{ cacheMegabytes: -1 }, 'invalid cacheMegabytes: -1; a number of at least 0'],
])('rejects %o before the fit begins', (changes, message) => {
  expect(() => create(changes)).toThrow(message);
});

it.each(['rbf', 'poly', 'linear'])('separates dark from bright with the %s kernel', async (kernel) => {
  const classifier = create({ kernel, gamma: '1', coef0: 1 });
  const report = await classifier.fit(images, none);
  expect(report?.notes?.['supportVectors']).toBe(2);
  expect([...(await classifier.predict(images)).labels]).toEqual([0, 0, 0, 1]);
});

it('gives the rare class as much weight as the frequent one if balanced', async () => {
  // All images are equal, so only the weights matter. Without weights the three win; balanced (total weights 3 x 2/3 C and
  // 1 x 2 C) both classes are equal, the decision value is 0 and means the pair's second class.
  const alike = createImages(new Uint8Array(4), Uint8Array.of(0, 0, 0, 1), around.shape);
  const plain = create({});
  await plain.fit(alike, none);
  expect([...(await plain.predict(alike)).labels]).toEqual([0, 0, 0, 0]);
  const balanced = create({ classWeight: 'balanced', C: 3 });
  await balanced.fit(alike, none);
  expect([...(await balanced.predict(alike)).labels]).toEqual([1, 1, 1, 1]);
});

it('never predicts a class that did not occur, even with more classes than images', async () => {
  const classNames = ['a', 'b', 'c', 'd', 'e', 'f'];
  const two = createImages(Uint8Array.of(0, 20, 230, 250), Uint8Array.of(1, 1, 4, 4), around.shape);
  const params = { ...svm.params, gamma: '1', probability: true };
  const classifier = createClassifier(svm as unknown as ModelAdapter, { ...around, classNames, params });
  await classifier.fit(two, none);
  const { labels, probabilities } = await classifier.predict(images);
  expect(probabilities).toHaveLength(4 * 6);
  labels.forEach((label, i) => {
    const row = [...probabilities!.subarray(i * 6, (i + 1) * 6)];
    expect([row[0], row[2], row[3], row[5]]).toEqual([0, 0, 0, 0]);
    expect(row[1]! + row[4]!).toBeCloseTo(1, 5);
    expect(row[label]).toBe(Math.max(...row));
  });
});

it('has no probabilities by default, and equal ones for equal seeds', async () => {
  const bytes = Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256);
  const noisy = createImages(
    bytes,
    bytes.map((byte, i) => Number(byte + (i % 3) * 40 > 150)),
    around.shape,
  );
  const answer = async (seed: number, probability: boolean) => {
    const classifier = svm.create({ ...around, seed, params: { ...svm.params, gamma: '1', probability } });
    await classifier.fit(noisy, none);
    return (await classifier.predict(noisy)).probabilities;
  };
  expect(await answer(1, false)).toBeUndefined();
  const one = await answer(1, true);
  expect(await answer(1, true)).toEqual(one);
  expect(await answer(2, true)).not.toEqual(one);
});

it('rejects a single class', async () => {
  const dark = createImages(new Uint8Array(3), new Uint8Array(3), around.shape);
  await expect(create({}).fit(dark, none)).rejects.toThrow('at least two classes in the training images; found 1');
});

it('runs libsvm-js without output on the console and without leaving listeners on the process', async () => {
  const said = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(process.stdout, 'write')];
  const listeners = () => [process.listenerCount('unhandledRejection'), process.listenerCount('uncaughtException')];
  const before = listeners();
  const classifier = createClassifier(svmLibsvm as unknown as ModelAdapter, { ...around, params: svmLibsvm.params });
  await classifier.fit(images, none);
  expect([...(await classifier.predict(images)).labels]).toEqual([0, 0, 0, 1]);
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
  expect(listeners()).toEqual(before);
  classifier.dispose?.();
});

it('estimates more than a quarter of an hour for libsvm-js at full size', () => {
  const seconds = svmLibsvm.estimateSeconds?.({ train: 55_000, test: 10_000, params: svmLibsvm.params });
  expect(seconds).toBeGreaterThan(900);
  expect(seconds).toBeLessThan(1500);
});
