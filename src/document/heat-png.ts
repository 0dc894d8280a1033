// The colours of a map of where a network looked, and the map as a small picture that lies over another.
import { encode } from 'fast-png';

/** From faint to strong: dark red, orange, white. Apart in brightness too. */
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
 * @returns red, green, blue, each 0-255, and how opaque it lies over an image, 0 to 1
 */
export function heatColour(value: number): { readonly rgb: number[]; readonly opacity: number } {
  const place = value * (STOPS.length - 1);
  const from = Math.min(STOPS.length - 2, Math.floor(place));
  const rgb = STOPS[from]!.map((a, channel) => Math.round(a + (STOPS[from + 1]![channel]! - a) * (place - from)));
  return { rgb, opacity: MOST_OPAQUE * value };
}

/**
 * Draws a map in colours, more opaque where it is stronger.
 *
 * @param map height x width, 0 to 255
 * @returns bytes of a PNG file of that size
 */
export function heatPng(map: Uint8Array, width: number, height: number): Uint8Array {
  const data = new Uint8Array(map.length * 4);
  for (const [i, value] of map.entries()) {
    const { rgb, opacity } = heatColour(value / 255);
    data.set([...rgb, Math.round(255 * opacity)], 4 * i);
  }
  return encode({ width, height, data, channels: 4, depth: 8 });
}
