// The colours of a Grad-CAM map, and a sheet of maps that are laid over pictures.
import { encode } from 'fast-png';

/** From weak to strong: dark red, orange, white. They differ in brightness too. */
const STOPS = [
  [120, 20, 0],
  [230, 90, 0],
  [255, 190, 60],
  [255, 255, 220],
] as const;
const MOST_OPAQUE = 200 / 255;

/**
 * Gives the colour of a value.
 *
 * @param value 0 to 1
 * @returns red, green, blue, each 0-255, and the opacity over an image, 0 to 1
 */
export function heatColour(value: number): { readonly rgb: number[]; readonly opacity: number } {
  const place = value * (STOPS.length - 1);
  const from = Math.min(STOPS.length - 2, Math.floor(place));
  const rgb = STOPS[from]!.map((a, channel) => Math.round(a + (STOPS[from + 1]![channel]! - a) * (place - from)));
  return { rgb, opacity: MOST_OPAQUE * value };
}

/**
 * Draws maps in colours next to each other, more opaque where they are stronger. A border around each map repeats its
 * edge, so that a browser that enlarges and smooths one map takes nothing from its neighbours.
 *
 * @param maps at least one, each height x width, 0 to 255
 * @param width of a map
 * @param height of a map
 * @returns bytes of a PNG file, (width + 2) pixels for each map, height + 2 pixels high
 */
export function heatSheet(maps: readonly Uint8Array[], width: number, height: number): Uint8Array {
  const sheetWidth = maps.length * (width + 2);
  const data = new Uint8Array(sheetWidth * (height + 2) * 4);
  const inside = (at: number, size: number): number => Math.min(size - 1, Math.max(0, at - 1));
  for (const [i, map] of maps.entries()) {
    for (let y = 0; y < height + 2; y++) {
      for (let x = 0; x < width + 2; x++) {
        const value = map[inside(y, height) * width + inside(x, width)]!;
        const { rgb, opacity } = heatColour(value / 255);
        data.set([...rgb, Math.round(255 * opacity)], 4 * (y * sheetWidth + i * (width + 2) + x));
      }
    }
  }
  return encode({ width: sheetWidth, height: height + 2, data, channels: 4, depth: 8 });
}
