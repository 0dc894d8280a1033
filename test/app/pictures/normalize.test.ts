import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, type Picture } from '../../../src/app/pictures/decode.ts';
import { type NormalizedPicture, normalizePicture } from '../../../src/app/pictures/normalize.ts';
import { UserError } from '../../../src/base/errors.ts';
import { createRandom } from '../../../src/base/random.ts';

const shape = { height: 28, width: 28, channels: 1 };

type Colour = readonly number[];
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A box of one colour on a background of another, with as many channels as the colours have. */
function drawing(width: number, height: number, background: Colour, box: Box, colour: Colour): Sharp {
  const channels = colour.length as 1 | 2 | 3 | 4;
  const values = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isIn = x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
      values.set(isIn ? colour : background, (y * width + x) * channels);
    }
  }
  return sharp(values, { raw: { width, height, channels } });
}

async function normalized(encoded: Sharp): Promise<NormalizedPicture> {
  return normalizePicture(await decodePicture(await encoded.toBuffer(), 'x'), shape);
}

/** An opaque picture. */
function plainPicture(width: number, height: number, grey: (at: number) => number): Picture {
  return { width, height, grey: Uint8Array.from({ length: width * height }, (_, at) => grey(at)), alpha: null };
}

/** The rectangle around what is lighter than half. */
function lit(bytes: Uint8Array): Box {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [at, byte] of bytes.entries()) {
    if (byte < 128) continue;
    xs.push(at % 28);
    ys.push(Math.floor(at / 28));
  }
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 };
}

describe('normalizePicture', () => {
  describe('of an image of the data set that was saved', () => {
    // As the images are: black around, light and uneven inside, reaching two borders.
    const greys = Uint8Array.from({ length: 784 }, (_, at) => {
      const x = at % 28;
      return x < 8 || x > 19 ? 0 : (at * 37) % 250;
    });
    const image = (): Sharp => sharp(greys, { raw: { width: 28, height: 28, channels: 1 } });

    it.each([
      ['PNG', () => image().png()],
      ['PNG of four channels', () => image().toColourspace('srgb').ensureAlpha().png()],
      ['PNG with a palette', () => image().png({ palette: true, dither: 0 })],
      ['lossless WebP', () => image().webp({ lossless: true })],
      ['GIF', () => image().gif({ dither: 0 })],
    ])('keeps every byte of a %s', async (_, encode) => {
      const { images, facts } = await normalized(encode());
      expect(Buffer.compare(images.bytes, greys)).toBe(0);
      expect(facts).toEqual({
        inverted: false,
        crop: { left: 0, top: 0, width: 28, height: 28 },
        isBlank: false,
        isUnchanged: true,
      });
    });

    it('gives back the same image when dark and light were exchanged', async () => {
      const { images, facts } = await normalized(image().negate().png());
      expect(facts.inverted).toBe(true);
      expect(facts.isUnchanged).toBe(false);
      // The lightest of the greys is 249 and becomes 255.
      const most = greys.reduce((a, b) => Math.max(a, b));
      expect(
        Buffer.compare(
          images.bytes,
          greys.map((grey) => Math.round((255 * grey) / most)),
        ),
      ).toBe(0);
    });
  });

  it('gives one image in the two views that models read', async () => {
    const { images } = await normalized(drawing(60, 60, [255], { left: 9, top: 9, width: 20, height: 30 }, [0]).png());
    expect(images.count).toBe(1);
    expect(images.shape).toEqual(shape);
    expect(images.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...images.pixels]).toEqual([...images.bytes].map((byte) => Math.fround(byte / 255)));
  });

  it('inverts a coloured drawing on a light background, crops, scales and centres it', async () => {
    // Twice as high as wide: 28 x 14 in the middle, columns 7 to 20.
    const box = { left: 30, top: 20, width: 70, height: 140 };
    const { images, facts } = await normalized(drawing(300, 200, [250, 245, 240], box, [150, 20, 60]).png());
    expect(facts).toEqual({ inverted: true, crop: box, isBlank: false, isUnchanged: false });
    expect(Buffer.compare(images.bytes, boxed({ left: 7, top: 0, width: 14, height: 28 }))).toBe(0);
  });

  it('does not invert a drawing on a dark background', async () => {
    // Three times as wide as high: 28 x 9.33, 9 rows; of the 19 left, 10 go to the top.
    const box = { left: 10, top: 50, width: 168, height: 56 };
    const { images, facts } = await normalized(drawing(200, 150, [20, 25, 30], box, [250, 240, 120]).png());
    expect(facts).toEqual({ inverted: false, crop: box, isBlank: false, isUnchanged: false });
    expect(Buffer.compare(images.bytes, boxed({ left: 0, top: 10, width: 28, height: 9 }))).toBe(0);
  });

  it.each([
    ['black on a dark grey', 100, 0, true],
    ['white on a light grey', 200, 255, false],
  ])('goes by what lies on the background: %s', async (_, background, object, inverted) => {
    const box = { left: 20, top: 20, width: 40, height: 40 };
    const { images, facts } = await normalized(drawing(80, 80, [background], box, [object]).png());
    expect(facts).toEqual({ inverted, crop: box, isBlank: false, isUnchanged: false });
    expect(images.bytes.every((byte) => byte === 255)).toBe(true);
  });

  it.each([
    ['dark', 10, true],
    ['white', 255, false],
  ])('takes transparency for the background of a %s object', async (_, object, inverted) => {
    const box = { left: 5, top: 40, width: 28, height: 56 };
    const picture = drawing(120, 120, [128, 128, 128, 0], box, [object, object, object, 255]);
    const { images, facts } = await normalized(picture.png());
    expect(facts).toEqual({ inverted, crop: box, isBlank: false, isUnchanged: false });
    expect(lit(images.bytes)).toEqual({ left: 7, top: 0, width: 14, height: 28 });
    expect(images.bytes[0]).toBe(0);
  });

  it('is blank when all is transparent', async () => {
    const box = { left: 5, top: 5, width: 9, height: 9 };
    const { images, facts } = await normalized(drawing(40, 40, [0, 0, 0, 0], box, [255, 0, 0, 0]).png());
    expect(facts.isBlank).toBe(true);
    expect(images.bytes.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ['JPEG', (picture: Sharp) => picture.jpeg({ quality: 60 })],
    ['WebP', (picture: Sharp) => picture.webp({ quality: 60 })],
    ['GIF', (picture: Sharp) => picture.gif()],
  ])('finds the object in a noisy %s', async (_, encode) => {
    const random = createRandom(5);
    const box = { left: 120, top: 60, width: 100, height: 200 };
    const { data, info } = await drawing(400, 300, [225], box, [60])
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const noisy = data.map((value) => {
      // The sum of four uniform values: standard deviation 6.
      const noise = random() + random() + random() + random() - 2;
      return Math.max(0, Math.min(255, Math.round(value + 10.4 * noise)));
    });
    const { images, facts } = await normalized(
      encode(sharp(noisy, { raw: { width: info.width, height: info.height, channels: 1 } })),
    );
    expect(facts.inverted).toBe(true);
    for (const side of ['left', 'top', 'width', 'height'] as const) {
      expect(Math.abs(facts.crop[side] - box[side])).toBeLessThanOrEqual(4);
    }
    expect(lit(images.bytes)).toEqual({ left: 7, top: 0, width: 14, height: 28 });
    // The background next to the object is flat.
    expect(images.bytes.every((byte, at) => (at % 28 > 4 && at % 28 < 23) || byte === 0)).toBe(true);
  });

  it('passes over a speck of dust', async () => {
    const box = { left: 500, top: 500, width: 300, height: 300 };
    const { data } = await drawing(1000, 1000, [250], box, [30])
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    data[10 * 1000 + 10] = 0;
    const { facts } = await normalized(sharp(data, { raw: { width: 1000, height: 1000, channels: 1 } }).png());
    expect(facts.crop).toEqual(box);
  });

  it('crops what is seen upright', async () => {
    const box = { left: 10, top: 20, width: 100, height: 50 };
    const png = drawing(200, 100, [255], box, [0]).png().withMetadata({ orientation: 6 });
    // A quarter turn to the right: what was left is at the top, what was at the bottom is left.
    expect((await normalized(png)).facts.crop).toEqual({ left: 100 - 20 - 50, top: 10, width: 50, height: 100 });
  });

  it('makes a small object larger', async () => {
    const box = { left: 2, top: 3, width: 4, height: 2 };
    const { images, facts } = await normalized(drawing(9, 9, [0], box, [200]).png());
    expect(facts.crop).toEqual(box);
    expect(Buffer.compare(images.bytes, boxed({ left: 0, top: 7, width: 28, height: 14 }))).toBe(0);
  });

  it('keeps at least one row of what is very long', async () => {
    const box = { left: 100, top: 3, width: 3800, height: 4 };
    const { images, facts } = await normalized(drawing(4000, 10, [0], box, [90]).png());
    expect(facts.crop).toEqual(box);
    expect(Buffer.compare(images.bytes, boxed({ left: 0, top: 14, width: 28, height: 1 }))).toBe(0);
  });

  it.each([
    [1, 1],
    [28, 28],
    [4000, 10],
    [300, 200],
  ])('is blank for %d x %d pixels that hardly differ', (width, height) => {
    for (const level of [0, 100, 200, 250]) {
      const { images, facts } = normalizePicture(
        plainPicture(width, height, (at) => level + (at % 3)),
        shape,
      );
      expect(facts).toMatchObject({ crop: { left: 0, top: 0, width, height }, isBlank: true, isUnchanged: false });
      expect(images.bytes.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('fits images that are not square', () => {
    const picture = plainPicture(50, 50, (at) => (at % 50 > 9 && at % 50 < 40 && at > 500 && at < 2000 ? 255 : 0));
    const { images } = normalizePicture(picture, { height: 10, width: 30, channels: 1 });
    expect(images.bytes.length).toBe(300);
    const columns = new Set([...images.bytes.entries()].filter(([, byte]) => byte > 0).map(([at]) => at % 30));
    expect([...columns].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('refuses images of several channels', () => {
    expect(() =>
      normalizePicture(
        plainPicture(9, 9, () => 0),
        { height: 32, width: 32, channels: 3 },
      ),
    ).toThrow(new UserError('cannot convert the picture: the model expects 3 channels, only 1 (grey) is supported'));
  });

  it('makes 784 bytes of any picture, as light as can be or blank', () => {
    const side = fc.integer({ min: 1, max: 60 });
    const pictures = fc.tuple(side, side).chain(([width, height]) => {
      const bytes = fc.uint8Array({ minLength: width * height, maxLength: width * height });
      return fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        grey: bytes,
        alpha: fc.option(bytes, { nil: null }),
      });
    });
    fc.assert(
      fc.property(pictures, (picture) => {
        const { images, facts } = normalizePicture(picture, shape);
        expect(images.bytes.length).toBe(784);
        expect(images.pixels.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
        if (facts.isBlank) expect(images.bytes.every((byte) => byte === 0)).toBe(true);
        else expect(images.bytes.some((byte) => byte > 0)).toBe(true);
        const { left, top, width, height } = facts.crop;
        expect(Math.min(left, top, width - 1, height - 1)).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(picture.width);
        expect(top + height).toBeLessThanOrEqual(picture.height);
      }),
      { numRuns: 300 },
    );
  });
});

/** An image that is 255 in a box and 0 elsewhere. */
function boxed({ left, top, width, height }: Box): Uint8Array {
  return Uint8Array.from({ length: 784 }, (_, at) => {
    const [x, y] = [at % 28, Math.floor(at / 28)];
    return x >= left && x < left + width && y >= top && y < top + height ? 255 : 0;
  });
}
