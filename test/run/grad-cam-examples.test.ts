import { describe, expect, it } from 'vitest';
import { createImages } from '../../src/data/images.ts';
import { gradCamExamplesOf, pickExamples } from '../../src/run/grad-cam-examples.ts';
import type { Classifier, LayerSummary } from '../../src/types.ts';

// Class 0: 0-3 right, right, wrong, right; class 1: 4-7 all wrong; class 2: none.
const truth = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1);
const labels = Uint8Array.of(0, 0, 1, 0, 0, 2, 0, 2);
const sureness = [0.5, 0.9, 0.6, 0.8, 0.7, 0.95, 0.6, 0.7];
const probabilities = new Float32Array(24);
for (const [i, p] of sureness.entries()) probabilities[i * 3 + labels[i]!] = p;

const convolution: LayerSummary = { name: 'c', kind: 'Conv2D', outputShape: [1, 2, 4], parameters: 1, multiplyAdds: 1 };

describe('pickExamples', () => {
  it('picks the most confident right and wrong image of each class, three for the class with the lowest recall', () => {
    expect(pickExamples(truth, { labels, probabilities }, 3)).toEqual([1, 2, 5, 4, 7]);
  });

  it('picks the first images without probabilities', () => {
    expect(pickExamples(truth, { labels }, 3)).toEqual([0, 2, 4, 5, 6]);
  });
});

describe('gradCamExamplesOf', () => {
  const shape = { height: 1, width: 2, channels: 1 };
  const test = createImages(
    Uint8Array.from({ length: 16 }, (_, i) => i),
    truth,
    shape,
  );
  const asked: unknown[] = [];
  const classifier = {
    async gradCam(images: { count: number; bytes: Uint8Array }, options: { labels: Uint8Array }) {
      asked.push([...images.bytes], [...options.labels]);
      const maps = Float32Array.from({ length: images.count * 2 }, (_, i) => i / 10);
      return { layer: 'c', height: 1, width: 2, maps, labels: options.labels };
    },
  } as unknown as Classifier;

  it('explains these images and their predicted classes', async () => {
    const found = await gradCamExamplesOf(classifier, [convolution], test, { labels, probabilities }, 3);
    expect(asked).toEqual([
      [2, 3, 4, 5, 10, 11, 8, 9, 14, 15],
      [0, 1, 2, 0, 2],
    ]);
    expect(found).toMatchObject({ layer: 'c', height: 1, width: 2 });
    expect(found!.images.map(({ image, label }) => [image, label])).toEqual([
      [1, 0],
      [2, 1],
      [5, 2],
      [4, 0],
      [7, 2],
    ]);
    expect(found!.images[1]!.map).toEqual(Float32Array.of(0.2, 0.3));
  });

  it('returns null for a model without convolutions', async () => {
    expect(await gradCamExamplesOf(classifier, [], test, { labels }, 3)).toBeNull();
    expect(await gradCamExamplesOf({} as Classifier, [convolution], test, { labels }, 3)).toBeNull();
  });
});
