// Data that the pages for trying pictures get, and the answers they show.

/** A network as plain data: enough to predict with tfjs alone. */
export interface ExportedNetwork {
  /** Layers, as `toJSON` of a tfjs model gives them. */
  readonly topology: unknown;
  /** Shapes of its weights in order, running means included. */
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Base64 of all weights, 32-bit floats, little-endian. */
  readonly values: string;
  /** Whether it averages the probabilities of an image and its mirror image. */
  readonly mirrored: boolean;
}

/** Data of a page. */
export interface TryData {
  /** Class i is named classNames[i]. */
  readonly classNames: readonly string[];
  /** Size of the models' input. */
  readonly height: number;
  readonly width: number;
}

/** Data of the page that runs one network itself. */
export interface TryNetworkData extends TryData {
  /** The model's id. */
  readonly model: string;
  readonly network: ExportedNetwork;
}

/** The answers for one picture, as the page shows them. */
export interface TryResult {
  /** The image that the models got: height x width greys, 0-255, row-major. */
  readonly seen: readonly number[];
  /** One for each model. */
  readonly answers: readonly {
    readonly model: string;
    /** Class index. */
    readonly label: number;
    /** One probability for each class, sum 1; null if the model has none. */
    readonly probabilities: readonly number[] | null;
  }[];
  /** The nearest training image; null without the training images. */
  readonly nearest: {
    /** Class index. */
    readonly label: number;
    /** Root mean squared difference of pixels, 0-255. */
    readonly distance: number;
    /** 99 % of the test images are at most this far from the training images. */
    readonly usual: number;
    /** Whether the picture is farther than that: the answers are unreliable then. */
    readonly isUnlike: boolean;
  } | null;
  /** Whether the picture was inverted. */
  readonly inverted: boolean;
  /** The object's rectangle, in pixels of the picture. */
  readonly crop: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** Whether the picture shows only background. */
  readonly isBlank: boolean;
  /** Whether the picture was used unchanged. */
  readonly isUnchanged: boolean;
}
