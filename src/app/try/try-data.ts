// What a page on which pictures are tried is told, and what it is answered.

/** A network as plain data: enough to predict with tfjs alone. */
export interface ExportedNetwork {
  /** Layers, as `toJSON` of a tfjs model gives them. */
  readonly topology: unknown;
  /** Its weights in their order, running means included. */
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Base64 of all their values, 32-bit floats, little-endian. */
  readonly values: string;
  /** Whether it predicts the mean of an image's probabilities and its mirror image's. */
  readonly mirrored: boolean;
}

/** What the page is told. */
export interface TryData {
  /** Class i is named classNames[i]. */
  readonly classNames: readonly string[];
  /** Size of what the models see. */
  readonly height: number;
  readonly width: number;
}

/** What the page is told that runs one network itself. */
export interface TryNetworkData extends TryData {
  /** Its id. */
  readonly model: string;
  readonly network: ExportedNetwork;
}

/** What is said of one picture: of a verdict what the page shows. */
export interface TryResult {
  /** What the models saw: height x width greys, 0-255, row-major. */
  readonly seen: readonly number[];
  /** One a model. */
  readonly answers: readonly {
    readonly model: string;
    /** Class index. */
    readonly label: number;
    /** One a class, sums to 1; null when the model has none. */
    readonly probabilities: readonly number[] | null;
  }[];
  /** The nearest training image; null where those are not at hand. */
  readonly nearest: {
    /** Its class index. */
    readonly label: number;
    /** In grey values of 256. */
    readonly distance: number;
    /** Of 100 test images 99 are at most so far from the training images. */
    readonly usual: number;
    /** Whether the picture is farther than usual: then the answers mean little. */
    readonly isUnlike: boolean;
  } | null;
  /** Whether dark and light were exchanged. */
  readonly inverted: boolean;
  /** The object, in pixels of the picture. */
  readonly crop: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** Whether nothing stands out from the background. */
  readonly isBlank: boolean;
  /** Whether the picture was kept as it is. */
  readonly isUnchanged: boolean;
}
