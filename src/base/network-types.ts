// What a network can report besides predictions: its layers and Grad-CAM maps.

/** One layer of a network. */
export interface LayerSummary {
  readonly name: string;
  /** Type of the layer: `'Conv2D'`, `'Dense'`, ... */
  readonly kind: string;
  /** Output shape for one image, without the batch dimension. */
  readonly outputShape: readonly number[];
  /** Number of weights, including those that are not trained. */
  readonly parameters: number;
  /** Multiply-add operations for one image; element-wise operations are not counted. */
  readonly multiplyAdds: number;
}

/** Options of a Grad-CAM computation. */
export interface GradCamOptions {
  /** The class to explain, one per image. Default: the predicted class. */
  readonly labels?: Uint8Array;
  /** Name of the convolution to use, as in `layers()`. Default: the last convolution. */
  readonly layer?: string;
}

/** Grad-CAM maps: which regions of each image support a class. */
export interface GradCam {
  /** Name of the convolution that was used. */
  readonly layer: string;
  /** Height of one map: the height of the convolution's output. */
  readonly height: number;
  /** Width of one map: the width of the convolution's output. */
  readonly width: number;
  /** count x height x width, row-major, >= 0. The maximum of each image's map is 1, or the whole map is 0. */
  readonly maps: Float32Array;
  /** The class that each map explains, one per image. */
  readonly labels: Uint8Array;
}
