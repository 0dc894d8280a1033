// The decoded picture that every decoder returns.

/** A decoded picture, upright: turned as its EXIF orientation says. */
export interface Picture {
  /** In pixels, at least 1. */
  readonly width: number;
  readonly height: number;
  /**
   * height x width, row-major, 0 black to 255 white: the luminance of Rec. 709, 0.2126 R + 0.7152 G + 0.0722 B, summed
   * in linear light, encoded as sRGB. 8-bit grey is unchanged; transparent pixels may have any grey.
   */
  readonly grey: Uint8Array;
  /** height x width, row-major, 0 transparent to 255 opaque; null when all of it is opaque. */
  readonly alpha: Uint8Array | null;
}
