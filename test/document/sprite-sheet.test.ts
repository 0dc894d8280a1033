import sharp from 'sharp';
import { expect, it } from 'vitest';
import { spriteSheet } from '../../src/document/sprite-sheet.ts';

const shape = { height: 32, width: 16, channels: 1 };
/** Pictures of one grey each. */
const images = [10, 200, 90, 40, 250].map((grey) => new Uint8Array(32 * 16).fill(grey));

it('puts pictures in rows, scaled down to the longer side', async () => {
  const { webp, columns, width, height } = await spriteSheet(images, shape, { maxSide: 16, quality: 90 });
  expect({ columns, width, height }).toEqual({ columns: 3, width: 8, height: 16 });
  const { data, info } = await sharp(webp).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([24, 32]);
  // The middle of the fifth picture: second row, second column.
  expect(Math.abs(data[(24 * info.width + 12) * info.channels]! - 250)).toBeLessThan(12);
});

it('does not enlarge pictures, and takes colours', async () => {
  const colours = [new Uint8Array(3 * 32 * 16).fill(128)];
  const { width, height } = await spriteSheet(colours, { ...shape, channels: 3 }, { maxSide: 100, quality: 50 });
  expect([width, height]).toEqual([16, 32]);
});
