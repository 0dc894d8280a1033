// Converts colours to grey in a browser, where libvips is not available.

/** Steps of linear light in the look-up table: near black one sRGB code is five steps wide. */
const STEPS = 2 ** 14;

/** Linear light of each sRGB code, and the code of each step of linear light. @see IEC 61966-2-1 (sRGB). */
const LIGHT = Float64Array.from({ length: 256 }, (_, code) => {
  const value = code / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});
const CODES = Uint8Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = step / STEPS;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

/**
 * Converts colours to grey: the luminance of Rec. 709 in linear light. Agrees with `decodePicture` within one value.
 *
 * @param rgba n x 4 sRGB codes, 0-255, alpha not multiplied in
 * @returns n greys; n alphas, or null when all are opaque
 */
export function greysOf(rgba: ArrayLike<number>): { readonly grey: Uint8Array; readonly alpha: Uint8Array | null } {
  const count = rgba.length / 4;
  const grey = new Uint8Array(count);
  const alpha = new Uint8Array(count);
  let isOpaque = true;
  for (let i = 0; i < count; i++) {
    const red = rgba[4 * i]!;
    const green = rgba[4 * i + 1]!;
    const blue = rgba[4 * i + 2]!;
    const light = 0.2126 * LIGHT[red]! + 0.7152 * LIGHT[green]! + 0.0722 * LIGHT[blue]!;
    grey[i] = red === green && green === blue ? red : CODES[Math.round(STEPS * light)]!;
    alpha[i] = rgba[4 * i + 3]!;
    if (alpha[i]! < 255) isOpaque = false;
  }
  return { grey, alpha: isOpaque ? null : alpha };
}
