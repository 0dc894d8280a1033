// A map of where a network looked, as a small picture that lies over another.
import { encode } from 'fast-png';

/** From faint to strong: dark red, orange, white. Apart in brightness too. */
const STOPS = [
  [120, 20, 0],
  [230, 90, 0],
  [255, 190, 60],
  [255, 255, 220],
] as const;
const MOST_OPAQUE = 200;

/**
 * Draws a map in colours, more opaque where it is stronger.
 *
 * @param map height x width, 0 to 255
 * @returns bytes of a PNG file of that size
 */
export function heatPng(map: Uint8Array, width: number, height: number): Uint8Array {
  const data = new Uint8Array(map.length * 4);
  for (const [i, value] of map.entries()) {
    const place = (value / 255) * (STOPS.length - 1);
    const from = Math.min(STOPS.length - 2, Math.floor(place));
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [STOPS[from]![channel]!, STOPS[from + 1]![channel]!];
      data[4 * i + channel] = Math.round(a + (b - a) * (place - from));
    }
    data[4 * i + 3] = Math.round((MOST_OPAQUE * value) / 255);
  }
  return encode({ width, height, data, channels: 4, depth: 8 });
}
