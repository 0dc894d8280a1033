import { describe, expect, it } from 'vitest';
import type { FitSession } from '../../src/run/fit-session.ts';
import { gradCamExamplesOf, pickExamples } from '../../src/run/grad-cam-examples.ts';
import type { LayerSummary } from '../../src/types.ts';

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
  const asked: unknown[] = [];
  const session: Pick<FitSession, 'gradCam'> = {
    async gradCam(positions, labels) {
      asked.push([...positions], [...labels]);
      return {
        layer: 'c',
        height: 1,
        width: 2,
        maps: Float32Array.from({ length: positions.length * 2 }, (_, i) => i / 10),
      };
    },
  };
  // The session has image 7 first, then image 6, and so on.
  const order = Uint32Array.of(7, 6, 5, 4, 3, 2, 1, 0);
  const fit = { truth, prediction: { labels, probabilities }, order, classCount: 3 };

  it('explains these images, where the session has them, and their predicted classes', async () => {
    const found = await gradCamExamplesOf(session, { ...fit, layers: [convolution] });
    expect(asked).toEqual([
      [6, 5, 2, 3, 0],
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

  it('refuses maps of another size than the model states', async () => {
    const wrong = { gradCam: async () => ({ layer: 'c', height: 1, width: 2, maps: new Float32Array(3) }) };
    await expect(gradCamExamplesOf(wrong, { ...fit, layers: [convolution] })).rejects.toThrow(
      'wrong number of Grad-CAM values: 3; expected 5 images of 1 x 2',
    );
  });

  it('returns null for a model without convolutions', async () => {
    expect(await gradCamExamplesOf(session, { ...fit, layers: [] })).toBeNull();
  });
});
