// Computes the Grad-CAM maps of some test images, right and wrong ones, for the report.
import { takeImages } from '../data/images.ts';
import { unlabelled } from '../data/views.ts';
import type { Classifier, LabelledImages, LayerSummary, Prediction } from '../types.ts';

/** Number of images per class and outcome, and for the hardest class. */
const SHOWN = 1;
const SHOWN_OF_HARDEST = 3;

/** Grad-CAM maps of some test images, all of one convolution. */
export interface GradCamExamples {
  readonly layer: string;
  /** Size of one map. */
  readonly height: number;
  readonly width: number;
  readonly images: readonly {
    /** Position in the test images. */
    readonly image: number;
    /** The predicted class, which the map explains. */
    readonly label: number;
    /** height x width, 0 to 1. */
    readonly map: Float32Array;
  }[];
}

/**
 * Picks the images to show: for each class the most confident right and wrong prediction, and three of each for the class
 * with the lowest recall.
 *
 * @param truth n class indices
 * @param prediction of the same images; without probabilities the first images are picked
 * @param classCount number of classes
 * @returns positions, ordered by class, then right before wrong, then by falling confidence
 */
export function pickExamples(truth: Uint8Array, { labels, probabilities }: Prediction, classCount: number): number[] {
  const confidenceOf = (i: number): number => probabilities?.[i * classCount + labels[i]!] ?? 0;
  const ofClass = Array.from({ length: classCount }, (_, k) =>
    [...truth.keys()].filter((i) => truth[i] === k).sort((a, b) => confidenceOf(b) - confidenceOf(a) || a - b),
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
 * Computes Grad-CAM maps of a network's last convolution for the images that `pickExamples` picks.
 *
 * @param classifier a fitted model
 * @param layers of the network; empty for other models
 * @param test the test images and their labels
 * @param prediction of all test images
 * @param classCount number of classes
 * @returns null if the model has no convolution
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
