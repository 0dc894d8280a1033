// Picks the test images of the gallery: those that models get wrong, and those that only one model gets right.
import { takeImages } from '../../data/images.ts';
import { dataUri, sheet } from '../../document/image-sheet.ts';
import type { LabelledImages } from '../../types.ts';
import type { Answers } from './answers.ts';
import type { Gallery } from './image-data.ts';

/** Pictures in a row of the sheet. */
const COLUMNS = 40;
/** The most images that all models get wrong, and that only one gets right. */
const HARDEST = 120;
const ONLY_ONE = 80;
/** For each model: mistakes with the highest confidence, and mistakes for each pair of classes. */
const SUREST = 60;
const OF_PAIR = 3;

/**
 * Picks images that most models get wrong, images that only one model gets right, and for each model the mistakes with
 * the highest confidence and some mistakes for every pair of classes.
 *
 * @param answers of each model; what compares models needs at least two
 * @param test the test images
 * @param shown further images to include, by position
 * @returns null when no model made a mistake
 */
export function makeGallery(
  answers: readonly Answers[],
  test: LabelledImages,
  shown: readonly number[] = [],
): Gallery | null {
  const truth = test.labels;
  const positions = [...truth.keys()];
  const rightOf = positions.map((i) => answers.filter(({ labels }) => labels[i] === truth[i]).length);
  const confidenceOf = ({ confidence }: Answers, i: number): number => confidence?.[i] ?? 0;
  /** The confidence of all models added up. */
  const weight = (i: number): number => answers.reduce((sum, one) => sum + confidenceOf(one, i), 0);
  const chosen = new Set<number>(shown);
  const add = (some: readonly number[]): void => {
    for (const i of some) chosen.add(i);
  };
  const missedByAll = positions.filter((i) => rightOf[i] === 0).sort((a, b) => weight(b) - weight(a));
  add(missedByAll.slice(0, HARDEST));
  if (answers.length > 1) add(positions.filter((i) => rightOf[i] === 1).slice(0, ONLY_ONE));
  for (const one of answers) {
    const wrong = positions
      .filter((i) => one.labels[i] !== truth[i])
      .sort((a, b) => confidenceOf(one, b) - confidenceOf(one, a));
    add(wrong.slice(0, SUREST));
    const ofPair = new Map<number, number>();
    for (const i of wrong) {
      const pair = truth[i]! * 256 + one.labels[i]!;
      const count = ofPair.get(pair) ?? 0;
      if (count >= OF_PAIR) continue;
      ofPair.set(pair, count + 1);
      chosen.add(i);
    }
  }
  if (chosen.size === 0) return null;
  const images = [...chosen].sort((a, b) => rightOf[a]! - rightOf[b]! || weight(b) - weight(a) || a - b);
  const { bytes, shape } = takeImages(test, images);
  const size = bytes.length / images.length;
  const pictures = images.map((_, i) => bytes.subarray(i * size, (i + 1) * size));
  return {
    height: shape.height,
    width: shape.width,
    columns: COLUMNS,
    sheet: dataUri(sheet(pictures, shape, COLUMNS)),
    models: answers.map(({ row }) => row.name),
    missed: { byAll: missedByAll.length, byAllButOne: rightOf.filter((right) => right === 1).length },
    pictures: images.map((image) => ({
      image,
      truth: truth[image]!,
      answers: answers.map(({ labels, confidence }) => ({
        label: labels[image]!,
        confidence: confidence?.[image] ?? null,
      })),
    })),
  };
}
