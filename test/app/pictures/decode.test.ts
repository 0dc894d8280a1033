import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  decodePicture,
  MAX_FILE_BYTES,
  MAX_SIDE,
  type Picture,
  readPicture,
} from '../../../src/app/pictures/decode.ts';
import { UserError } from '../../../src/base/errors.ts';
import { claimSize } from '../../../tools/fuzz/picture-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** 16 x 12 greys, all different. */
const greys = Uint8Array.from({ length: 192 }, (_, i) => i + 40);
const picture = (): Sharp => sharp(greys, { raw: { width: 16, height: 12, channels: 1 } });

function colours(values: readonly number[], width: number, channels: 3 | 4): Sharp {
  return sharp(Uint8Array.from(values), { raw: { width, height: values.length / channels / width, channels } });
}

/** What it rejects with: a UserError of one line. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.fail('did not reject'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain('\n');
  return message;
}

describe('decodePicture', () => {
  it.each([
    ['grey PNG', () => picture().toColourspace('b-w').png()],
    ['PNG of three channels', () => picture().toColourspace('srgb').png()],
    ['PNG of four channels, all opaque', () => picture().toColourspace('srgb').ensureAlpha().png()],
    ['PNG with a palette', () => picture().png({ palette: true, dither: 0 })],
    ['PNG in passes', () => picture().png({ progressive: true })],
    ['lossless WebP', () => picture().webp({ lossless: true })],
    ['GIF', () => picture().gif({ dither: 0 })],
  ])('keeps every grey of a %s', async (_, encode) => {
    const decoded = await decodePicture(await encode().toBuffer(), 'x');
    expect(decoded).toEqual({ width: 16, height: 12, grey: greys, alpha: null });
  });

  it('keeps the upper 8 of 16 bits', async () => {
    const deep = Uint16Array.from(greys, (grey) => 257 * grey);
    const png = sharp(deep, { raw: { width: 16, height: 12, channels: 1 } })
      .toColourspace('grey16')
      .png();
    const bytes = await png.toBuffer();
    // Byte 24 of a PNG file is its bit depth.
    expect(bytes[24]).toBe(16);
    expect((await decodePicture(bytes, 'x')).grey).toEqual(greys);
  });

  it('comes close to the greys of a JPEG', async () => {
    const { grey } = await decodePicture(await picture().jpeg({ quality: 95 }).toBuffer(), 'x');
    expect(grey.length).toBe(192);
    for (const [i, value] of grey.entries()) expect(Math.abs(value - greys[i]!)).toBeLessThan(8);
  });

  it('makes greys of colours by their luminance', async () => {
    // Linear: 0.2126 for red codes to 127, 0.7152 for green to 220, 0.0722 for blue to 76.
    const png = await colours([255, 0, 0, 0, 255, 0, 0, 0, 255], 3, 3).png().toBuffer();
    expect([...(await decodePicture(png, 'x')).grey]).toEqual([127, 220, 76]);
  });

  it('reads a JPEG of four inks', async () => {
    const white = Array.from({ length: 64 * 3 }, () => 255);
    const bytes = await colours(white, 8, 3).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    for (const grey of (await decodePicture(bytes, 'x')).grey) expect(grey).toBeGreaterThan(245);
  });

  it.each([
    ['PNG', (image: Sharp) => image.png()],
    ['lossless WebP', (image: Sharp) => image.webp({ lossless: true, exact: true })],
  ])('keeps the transparency of a %s', async (_, encode) => {
    const bytes = await encode(colours([200, 200, 200, 0, 90, 90, 90, 128, 30, 30, 30, 255], 3, 4)).toBuffer();
    const { grey, alpha } = await decodePicture(bytes, 'x');
    expect([...alpha!]).toEqual([0, 128, 255]);
    expect([...grey]).toEqual([200, 90, 30]);
  });

  it('keeps the transparency of a PNG of 16 bits', async () => {
    const deep = Uint16Array.from([200, 200, 200, 0, 90, 90, 90, 128], (value) => 257 * value);
    const png = sharp(deep, { raw: { width: 2, height: 1, channels: 4 } })
      .toColourspace('rgb16')
      .png();
    const { grey, alpha } = await decodePicture(await png.toBuffer(), 'x');
    expect([[...grey], [...alpha!]]).toEqual([
      [200, 90],
      [0, 128],
    ]);
  });

  it('turns a picture as its EXIF orientation says', async () => {
    // Orientation 6: the row at the top is the right side of the picture as seen.
    const png = await picture().png().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height, grey } = await decodePicture(png, 'x');
    expect([width, height]).toEqual([12, 16]);
    expect(grey[11]).toBe(greys[0]);
    expect(grey[15 * 12 + 11]).toBe(greys[15]);
    expect(grey[0]).toBe(greys[11 * 16]);
  });

  it.each(['gif', 'webp'] as const)('takes the first frame of an animated %s', async (format) => {
    const frames = Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 80 : 160));
    const bytes = await sharp(frames, { raw: { width: 4, height: 8, channels: 1, pageHeight: 4 } })
      .toFormat(format, { delay: [100, 100], lossless: true })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const { height, grey } = await decodePicture(bytes, 'x');
    expect([height, ...grey]).toEqual([4, ...new Uint8Array(16).fill(80)]);
  });

  describe('refuses', () => {
    it('an empty file', async () => {
      expect(await refusal(decodePicture(new Uint8Array(0), 'a.png'))).toBe(
        'not a usable picture: a.png: found an empty file, expected a PNG, JPEG, WebP or GIF picture',
      );
    });

    it('what is no picture, with its first bytes', async () => {
      const bytes = Uint8Array.of(1, 2, 3, 0xfe, 5, 6, 7, 8, 9);
      expect(await refusal(decodePicture(bytes, 'a.png'))).toBe(
        'not a usable picture: a.png: found a start of 01 02 03 fe 05 06 07 08, expected a PNG, JPEG, WebP or GIF picture',
      );
    });

    it('a file of more bytes than allowed', async () => {
      expect(await refusal(decodePicture(new Uint8Array(MAX_FILE_BYTES + 1), 'a.png'))).toBe(
        'not a usable picture: a.png: found 67,108,865 bytes, expected at most 67,108,864',
      );
    });

    it.each([
      [
        'SVG',
        () => Buffer.from('<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      ],
      ['HTML', () => Buffer.from('<!DOCTYPE html><title>404</title><svg></svg>')],
      ['PDF', () => Buffer.from('%PDF-1.7')],
      ['BMP', () => Buffer.from('BM123456')],
      ['TIFF', () => picture().tiff().toBuffer()],
      ['AVIF', () => picture().avif().toBuffer()],
    ])('%s, by name', async (format, bytes) => {
      expect(await refusal(decodePicture(await bytes(), 'a.png'))).toBe(
        `not a usable picture: a.png: found ${format}, expected a PNG, JPEG, WebP or GIF picture`,
      );
    });

    it.each([
      ['PNG', () => picture().png()],
      ['JPEG', () => picture().jpeg()],
      ['WebP', () => picture().webp()],
      ['GIF', () => picture().gif()],
    ])('a %s cut off anywhere', async (format, encode) => {
      const bytes = await encode().toBuffer();
      for (const share of [0.05, 0.3, 0.6, 0.9]) {
        const cut = bytes.subarray(0, Math.max(12, Math.floor(share * bytes.length)));
        const message = await refusal(decodePicture(cut, 'a.png'));
        expect(message).toContain(`not a usable picture: a.png: found a damaged ${format} (`);
        expect(message).toContain('), expected a whole one; save or fetch it again');
      }
    });

    it('a PNG with a damaged byte', async () => {
      const bytes = await picture().png().toBuffer();
      bytes[Math.floor(bytes.length / 2)]! ^= 0x55;
      expect(await refusal(decodePicture(bytes, 'a.png'))).toContain('found a damaged PNG (');
    });

    it.each([
      ['PNG', () => picture().png()],
      ['JPEG', () => picture().jpeg()],
      ['WebP', () => picture().webp()],
      ['GIF', () => picture().gif()],
    ])('a damaged %s, or reads it, but does nothing else', async (_, encode) => {
      const whole = await encode().toBuffer();
      const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 5 }), async (damages) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of damages) bytes[at] = value;
          const decoded = await decodePicture(bytes, 'a.png').catch((error: unknown) => error);
          if (decoded instanceof UserError) return;
          const { width, height, grey } = decoded as Picture;
          expect(grey.length).toBe(width * height);
        }),
        { numRuns: 100 },
      );
    });

    it.each([
      [100_000, 100_000],
      [10_000, 5_001],
    ])('a PNG that says it has %d x %d pixels', async (width, height) => {
      expect(await refusal(decodePicture(claimSize('PNG', width, height), 'a.png'))).toBe(
        'not a usable picture: a.png: found more than 50,000,000 pixels, expected at most that number',
      );
    });

    it.each([
      ['PNG', 1, 49_000_000],
      ['PNG', 49_000_000, 1],
      ['PNG', 30_001, 1],
      ['JPEG', 1, 65_000],
      ['GIF', 65_535, 1],
      ['WebP', 30_001, 1],
    ] as const)(
      'a %s that says it has %d x %d pixels, for its side, whatever its area',
      async (format, width, height) => {
        const message = await refusal(decodePicture(claimSize(format, width, height), 'a.png'));
        expect(message).toMatch(
          format === 'WebP' ? /found a damaged WebP/ : /found a side of [\d,]+ pixels, expected at most 30,000/,
        );
      },
    );

    it('nothing that is as long as allowed', async () => {
      const long = sharp(new Uint8Array(MAX_SIDE), { raw: { width: 1, height: MAX_SIDE, channels: 1 } });
      expect(await decodePicture(await long.png().toBuffer(), 'a.png')).toMatchObject({ width: 1, height: MAX_SIDE });
    });

    it.each([
      [0, 0],
      [2 ** 31 - 1, 2 ** 31 - 1],
    ])('a PNG that says it has %d x %d pixels, as damaged', async (width, height) => {
      expect(await refusal(decodePicture(claimSize('PNG', width, height), 'a.png'))).toContain('found a damaged PNG');
    });
  });
});

describe('readPicture', () => {
  it('reads a file', async () => {
    const file = path.join(await temporaryFolder(), 'picture.png');
    await writeFile(file, await picture().png().toBuffer());
    expect(await readPicture(file)).toEqual({ width: 16, height: 12, grey: greys, alpha: null });
  });

  it('goes by what a file holds, not by its name', async () => {
    const file = path.join(await temporaryFolder(), 'picture.txt');
    await writeFile(file, await picture().webp({ lossless: true }).toBuffer());
    expect((await readPicture(file)).grey).toEqual(greys);
  });

  it('refuses a file that is not there', async () => {
    const file = path.join(await temporaryFolder(), 'none.png');
    expect(await refusal(readPicture(file))).toBe(
      `cannot read picture: ${file}: no such file; give the path of a PNG, JPEG, WebP or GIF picture`,
    );
  });

  it('refuses a path through a file', async () => {
    const file = path.join(await temporaryFolder(), 'picture.png');
    await writeFile(file, '');
    expect(await refusal(readPicture(path.join(file, 'x')))).toContain('ENOTDIR');
  });

  it('refuses a folder', async () => {
    const folder = await temporaryFolder();
    expect(await refusal(readPicture(folder))).toBe(
      `not a usable picture: ${folder}: found a folder, expected the path of a PNG, JPEG, WebP or GIF picture`,
    );
  });

  it('refuses a device without reading from it', async () => {
    expect(await refusal(readPicture('/dev/zero'))).toContain('found no regular file');
  });
});
