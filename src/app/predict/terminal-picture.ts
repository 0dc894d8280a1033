// Draws images in a terminal, two rows of pixels in each line of text.
import { heatColour } from '../../document/heat-png.ts';
import { enlarge } from '../../document/overlay.ts';
import { colourSequence } from '../../document/terminal-text.ts';
import type { GradCam } from '../../types.ts';

/** Characters from black to white, for terminals without colours. No colon: `::` begins a command of a runner. */
const RAMP = ' .,-=+*#%@';
/** The first and the last grey of the 256 standard terminal colours. */
const [FIRST_GREY, LAST_GREY] = [232, 255];
/** Ends the colours of a line. */
const END = colourSequence('0');

/**
 * Draws a grey image as text.
 *
 * @param bytes height x width, 0-255, row-major
 * @param width pixels in a row
 * @param colour whether the terminal has colours; without colours a character shows the mean of its two pixels
 * @returns lines of `width` characters
 */
export function terminalPicture(bytes: Uint8Array, width: number, colour: boolean): string[] {
  const rows = bytes.length / width;
  return Array.from({ length: Math.ceil(rows / 2) }, (_, line) => {
    const pairs = Array.from({ length: width }, (_, x): [number, number] => {
      const upper = bytes[2 * line * width + x]!;
      return [upper, bytes[(2 * line + 1) * width + x] ?? 0];
    });
    if (!colour) {
      return pairs.map(([a, b]) => RAMP[Math.round(((a + b) / 510) * (RAMP.length - 1))]!).join('');
    }
    const grey = (value: number): number => FIRST_GREY + Math.round((value / 255) * (LAST_GREY - FIRST_GREY));
    return `${pairs.map(([a, b]) => `${colourSequence(`38;5;${grey(a)};48;5;${grey(b)}`)}▀`).join('')}${END}`;
  });
}

/**
 * Draws a Grad-CAM map as text, in the colours of the report if the terminal has colours.
 *
 * @param map one, 0 to 1
 * @param height of the explained image in pixels
 * @param width of the explained image in pixels
 * @param colour whether the terminal has colours
 * @returns lines of `width` characters
 */
export function terminalHeat(map: GradCam, height: number, width: number, colour: boolean): string[] {
  const large = enlarge(map, height, width);
  if (!colour) {
    return terminalPicture(
      Uint8Array.from(large, (value) => Math.round(255 * value)),
      width,
      false,
    );
  }
  const paint = (value: number): string => {
    const { rgb, opacity } = heatColour(value);
    return rgb.map((channel) => Math.round(channel * opacity)).join(';');
  };
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    const cells = Array.from({ length: width }, (_, x) => {
      const [upper, lower] = [large[2 * line * width + x]!, large[(2 * line + 1) * width + x] ?? 0];
      return `${colourSequence(`38;2;${paint(upper)};48;2;${paint(lower)}`)}▀`;
    });
    return `${cells.join('')}${END}`;
  });
}
