import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { dataUri, sheet } from '../../src/document/image-sheet.ts';
import { shrinkPictures } from '../../src/document/shrink-pictures.ts';

const random = createRandom(1);

/** Greys like those of photographs: a gradient with noise. */
function photograph(seed: number, side: number): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => 100 + 50 * Math.sin((seed + i) / 40) + 40 * random());
}

function pngOf(count: number, side = 28): string {
  const images = Array.from({ length: count }, (_, i) => photograph(i, side));
  return dataUri(sheet(images, { height: side, width: side, channels: 1 }, 20));
}

async function greysOf(uri: string): Promise<Buffer> {
  return sharp(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))
    .greyscale()
    .raw()
    .toBuffer();
}

test('a PNG becomes WebP with the same pixels', async () => {
  const png = pngOf(10);
  const page = await shrinkPictures(`<style>.a{background:url(${png})}</style><img src="${png}">`);
  const [webp, again] = page.match(/data:image\/webp;base64,[A-Za-z0-9+/]+=*/g)!;
  expect(again).toBe(webp);
  expect(page).not.toContain('image/png');
  expect(webp!.length).toBeLessThan(png.length);
  expect(await greysOf(webp!)).toEqual(await greysOf(png));
});

test('in large pictures no grey changes by more than one', async () => {
  const png = pngOf(200);
  expect(png.length).toBeGreaterThan(100_000);
  const [webp] = (await shrinkPictures(png)).match(/data:image\/webp;base64,[A-Za-z0-9+/]+=*/)!;
  const [before, after] = [await greysOf(png), await greysOf(webp)];
  expect(before.reduce((most, grey, i) => Math.max(most, Math.abs(grey - after[i]!)), 0)).toBe(1);
});

test('what is no picture, and small pictures, stay as they are', async () => {
  const small = pngOf(1, 2);
  const page = `${small} data:image/png;base64,${'A'.repeat(800)}`;
  expect(await shrinkPictures(page)).toBe(page);
});
