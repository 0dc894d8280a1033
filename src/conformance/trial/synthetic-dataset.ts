// A generated data set, for machines without the real one.
import { createRandom, type Random } from '../../base/random.ts';
import type { Dataset, DatasetPart } from '../../data/dataset.ts';
import { sha256Of } from '../../data/sources.ts';

const SIDE = 28;
const CLASSES = 10;
const TRAIN = 4000;
const TEST = 3600;
/** Maximum shift of a disc from its place, in pixels, in both directions. */
const JITTER = 2;
const RADIUS = 5;
/** Distance from the centre of an image to the place of a disc, in pixels. */
const DISTANCE = 8;
const MOST_NOISE = 90;

/**
 * Generates 4,000 training and 3,600 test images of 28 x 28 in ten classes: a bright disc at one of ten places on a circle,
 * slightly shifted, with noise. The images are easy for any classifier and the same on every machine.
 */
export function syntheticDataset(): Dataset {
  const [train, test] = [discs(TRAIN, createRandom(1)), discs(TEST, createRandom(2))];
  const files = { 'train-images': train.bytes, 'train-labels': train.labels, 'test-images': test.bytes };
  return {
    name: 'synthetic',
    files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256Of(bytes)])),
    shape: { height: SIDE, width: SIDE, channels: 1 },
    classNames: Array.from({ length: CLASSES }, (_, label) => `at ${label * 36} degrees`),
    train,
    test,
  };
}

function discs(count: number, random: Random): DatasetPart {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  const bytes = new Uint8Array(count * SIDE * SIDE);
  for (let i = 0; i < bytes.length; i++) bytes[i] = random() * MOST_NOISE;
  const jitter = (): number => (2 * random() - 1) * JITTER;
  for (const [i, label] of labels.entries()) {
    const angle = (2 * Math.PI * label) / CLASSES;
    const x = SIDE / 2 + DISTANCE * Math.cos(angle) + jitter();
    const y = SIDE / 2 + DISTANCE * Math.sin(angle) + jitter();
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) {
        const isInside = (column - x) ** 2 + (row - y) ** 2 <= RADIUS ** 2;
        if (isInside) bytes[(i * SIDE + row) * SIDE + column]! += 140;
      }
    }
  }
  return { bytes, labels };
}
