// Where a convolutional network looked on a few test images, right and wrong, so that a report can show it.
import { takeImages } from '../data/images.ts';
import { unlabelled } from '../data/views.ts';
import type { Classifier, LabelledImages, LayerSummary, Prediction } from '../types.ts';

/** Images of each class and outcome, and of the hardest class. */
const SHOWN = 1;
const SHOWN_OF_HARDEST = 3;

/** Maps of some test images, all of one convolution. */
export interface GradCamExamples {
  readonly layer: string;
  /** Size of one map. */
  readonly height: number;
  readonly width: number;
  readonly images: readonly {
    /** Position in the test images. */
    readonly image: number;
    /** The class that was predicted, which the map explains. */
    readonly label: number;
    /** height x width, 0 to 1. */
    readonly map: Float32Array;
  }[];
}

/**
 * Picks the images to show: of each class the surest right answer and the surest wrong one, three of each of the class
 * with the lowest recall.
 *
 * @param truth n class indices
 * @param prediction of the same images; without probabilities the first ones are picked
 * @param classCount how many classes
 * @returns positions: by class, right ones first, surest first
 */
export function pickExamples(truth: Uint8Array, { labels, probabilities }: Prediction, classCount: number): number[] {
  const sureness = (i: number): number => probabilities?.[i * classCount + labels[i]!] ?? 0;
  const ofClass = Array.from({ length: classCount }, (_, k) =>
    [...truth.keys()].filter((i) => truth[i] === k).sort((a, b) => sureness(b) - sureness(a) || a - b),
  );
  const isRight = (i: number): boolean => labels[i] === truth[i];
  const recalls = ofClass.map((all) => (all.length === 0 ? 1 : all.filter(isRight).length / all.length));
  const hardest = recalls.indexOf(Math.min(...recalls));
  return ofClass.flatMap((all, k) => {
    const shown = k === hardest ? SHOWN_OF_HARDEST : SHOWN;
    return [...all.filter(isRight).slice(0, shown), ...all.filter((i) => !isRight(i)).slice(0, shown)];
  });
}

/**
 * Asks a network's last convolution about the images that `pickExamples` picks.
 *
 * @param classifier fitted
 * @param layers of the network; empty for other models
 * @param test images with their truth
 * @param prediction of all of them
 * @param classCount how many classes
 * @returns null when the model has no convolution
 */
export async function gradCamExamplesOf(
  classifier: Classifier,
  layers: readonly LayerSummary[],
  test: LabelledImages,
  prediction: Prediction,
  classCount: number,
): Promise<GradCamExamples | null> {
  if (!classifier.gradCam || !layers.some(({ kind }) => /Conv2D$/.test(kind))) return null;
  const picked = pickExamples(test.labels, prediction, classCount);
  const labels = Uint8Array.from(picked, (i) => prediction.labels[i]!);
  const { layer, height, width, maps } = await classifier.gradCam(unlabelled(takeImages(test, picked)), { labels });
  const size = height * width;
  const images = picked.map((image, i) => ({
    image,
    label: labels[i]!,
    map: maps.subarray(i * size, (i + 1) * size),
  }));
  return { layer, height, width, images };
}
