// Computes the Grad-CAM maps of some test images, right and wrong ones, for the report.
import type { LayerSummary, Prediction } from '../types.ts';
import type { FitSession } from './fit-session.ts';

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

/** A fit whose predictions are explained. */
export interface ExplainedFit {
  readonly layers: readonly LayerSummary[];
  /** The classes of the test images. */
  readonly truth: Uint8Array;
  readonly prediction: Prediction;
  /** The position of the image that the session has first, of the second, and so on. */
  readonly order: Uint32Array;
  readonly classCount: number;
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
 * @param session has fitted the model
 * @param fit the layers of the network, empty for other models; the test labels; the prediction of all test images; and in
 *   which order the session has them
 * @returns null if the model has no convolution
 * @throws Error if the maps do not have the size that the model states
 */
export async function gradCamExamplesOf(
  session: Pick<FitSession, 'gradCam'>,
  { layers, truth, prediction, order, classCount }: ExplainedFit,
): Promise<GradCamExamples | null> {
  if (!layers.some(({ kind }) => /Conv2D$/.test(kind))) return null;
  const picked = pickExamples(truth, prediction, classCount);
  const labels = Uint8Array.from(picked, (i) => prediction.labels[i]!);
  const places = picked.map((image) => order.indexOf(image));
  const { layer, height, width, maps } = await session.gradCam(places, labels);
  const size = height * width;
  if (maps.length !== picked.length * size) {
    throw new Error(
      `wrong number of Grad-CAM values: ${maps.length}; expected ${picked.length} images of ${height} x ${width}`,
    );
  }
  const images = picked.map((image, i) => ({
    image,
    label: labels[i]!,
    map: maps.subarray(i * size, (i + 1) * size),
  }));
  return { layer, height, width, images };
}
