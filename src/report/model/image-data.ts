// What a comparison says about single test images. Numbers are unrounded; texts are not escaped.
import type { Kind } from '../../types.ts';

/** The difference of two models in accuracy on the test images. */
export interface PairwiseTest {
  /** Names of rows. */
  readonly first: string;
  readonly second: string;
  /** Mean accuracy over seeds of the first minus that of the second. */
  readonly difference: number;
  /** 95 % interval of the difference. */
  readonly interval: readonly [low: number, high: number];
  /** Two-sided, over seeds and test images. */
  readonly p: number;
  /** The same, adjusted for all pairs of the comparison (Holm). */
  readonly adjusted: number;
}

/** Test images with about the same confidence of a model. */
export interface CalibrationBin {
  readonly images: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Share of the images that were classified correctly. */
  readonly accuracy: number;
  /** Wilson's 95 % interval of the accuracy. */
  readonly interval: readonly [low: number, high: number];
}

/** Test images that models get wrong. */
export interface Gallery {
  /** Size of one picture in pixels. */
  readonly height: number;
  readonly width: number;
  /** Pictures in a row of the sheet, which are one pixel apart. */
  readonly columns: number;
  /** All pictures on one PNG, as a data URI. */
  readonly sheet: string;
  /** Names of rows. */
  readonly models: readonly string[];
  /** How many test images all models get wrong, and all but one, whether they are shown or not. */
  readonly missed: { readonly byAll: number; readonly byAllButOne: number };
  /** Images that the fewest models classify correctly first. */
  readonly pictures: readonly GalleryPicture[];
}

/** One test image and what models predict for it. */
export interface GalleryPicture {
  /** Position in the test images. */
  readonly image: number;
  /** Class index. */
  readonly truth: number;
  /** In the order of the gallery's models; the confidence is null without probabilities. */
  readonly answers: readonly { readonly label: number; readonly confidence: number | null }[];
}

/** Grad-CAM maps of a network for some test images. */
export interface GradCamPart {
  readonly slug: string;
  readonly name: string;
  /** The convolution whose outputs the maps weigh. */
  readonly layer: string;
  /** Size of one map. */
  readonly height: number;
  readonly width: number;
  readonly images: readonly {
    /** Position in the test images; the gallery has its picture. */
    readonly image: number;
    readonly truth: number;
    /** The predicted class, which the map explains. */
    readonly label: number;
    /** height x width, 0 to 255. */
    readonly map: Uint8Array;
  }[];
}

/** What can be said only with the test images at hand. Reference implementations and baselines are left out. */
export interface ImagePart {
  /** Every pair of models. */
  readonly pairwiseTests: readonly PairwiseTest[];
  /** Of each model with probabilities. */
  readonly calibrations: readonly {
    readonly slug: string;
    readonly name: string;
    readonly kind: Kind;
    readonly bins: readonly CalibrationBin[];
  }[];
  readonly gallery: Gallery | null;
  readonly gradCam: readonly GradCamPart[];
}
