// The parts of a record that explain a model: pixel maps, the layers of a network, Grad-CAM maps.
import { z } from 'zod';
import { count, listOf, positiveCount, text } from './field-types.ts';

/** Weights or importances of pixels. */
export const pixelMap = z.strictObject({
  /** What the values are: `importance`, `weight for Sandal`. */
  name: text.min(1),
  height: positiveCount,
  width: positiveCount,
  /** Base64 of height x width 32-bit floats, row-major, little-endian. */
  values: z.base64(),
});

/** A layer of a network. */
export const layer = z.strictObject({
  name: text.min(1),
  /** The type of layer: `Conv2D`, `Dense`. */
  kind: text.min(1),
  /** Shape for one image. */
  outputShape: z.array(positiveCount).min(1),
  parameters: count,
  /** For one image, in dense layers and convolutions; element-wise operations are not counted. */
  multiplyAdds: count,
});

/** Grad-CAM maps of some test images. */
export const gradCam = z.strictObject({
  /** Name of the convolution whose output the maps weight. */
  layer: text.min(1),
  /** Size of one map. */
  height: positiveCount,
  width: positiveCount,
  images: listOf(
    z.strictObject({
      /** Index of the test image. */
      image: count,
      /** The predicted class, which the map explains. */
      label: count,
      /** Base64 of height x width bytes, row-major; 255 is the strongest evidence for the class. */
      map: z.base64(),
    }),
  ),
});
