import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodePicture } from '../../../src/app/pictures/decode.ts';
import { greysOf } from '../../../src/app/pictures/grey.ts';
import { createRandom } from '../../../src/base/random.ts';

it('gives the greys of libvips within one value, on colours of all kinds', async () => {
  const random = createRandom(7);
  const rgba = Uint8Array.from({ length: 4 * 10_000 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(random() * 256)));
  const png = await sharp(rgba, { raw: { width: 100, height: 100, channels: 4 } })
    .png()
    .toBuffer();
  const decoded = await decodePicture(png, 'x');
  const { grey, alpha } = greysOf(rgba);
  expect(Math.max(...grey.map((value, i) => Math.abs(value - decoded.grey[i]!)))).toBeLessThanOrEqual(1);
  expect(alpha).toBeNull();
});

it('keeps every grey, and what is transparent', () => {
  const rgba = Uint8Array.from({ length: 4 * 256 }, (_, i) => (i % 4 === 3 ? 255 - (i >> 2) : i >> 2));
  const { grey, alpha } = greysOf(rgba);
  expect([...grey]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  expect([...alpha!]).toEqual(Array.from({ length: 256 }, (_, i) => 255 - i));
});

it('weighs green most and blue least', () => {
  // 0.2126, 0.7152 and 0.0722 of linear light, coded as sRGB.
  expect([...greysOf([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]).grey]).toEqual([127, 220, 76]);
});
