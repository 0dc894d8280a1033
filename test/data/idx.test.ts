import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { readIdx, readImages, readLabels } from '../../src/data/idx.ts';
import { writeIdx } from '../fixtures/idx.ts';

/** Any small array: one to four dimensions of 0 to 5. */
const anyArray = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((dimensions) => {
  const length = dimensions.reduce((product, dimension) => product * dimension, 1);
  return fc.record({
    dimensions: fc.constant(dimensions),
    data: fc.uint8Array({ minLength: length, maxLength: length }),
  });
});

function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('readIdx', () => {
  it('reads the bytes of a hand-written file', () => {
    // Magic 00 00 08 02, two dimensions 2 and 3, big-endian, then six bytes.
    const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);
    expect(readIdx(file, 'x')).toEqual({ dimensions: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) });
  });

  it('returns what was written, plain or gzipped', () => {
    fc.assert(
      fc.property(anyArray, fc.boolean(), ({ dimensions, data }, isZipped) => {
        const plain = writeIdx(dimensions, data);
        const result = readIdx(isZipped ? gzipSync(plain) : plain, 'x');
        expect(result.dimensions).toEqual(dimensions);
        expect(Array.from(result.data)).toEqual(Array.from(data));
      }),
    );
  });

  it('reads a file in the middle of a larger buffer', () => {
    const file = writeIdx([1, 1], [7]);
    const buffer = new Uint8Array(file.length + 6);
    buffer.set(file, 3);
    expect(readIdx(buffer.subarray(3, 3 + file.length), 'x').data).toEqual(Uint8Array.of(7));
  });

  it('rejects a file truncated at any position, plain or gzipped', () => {
    fc.assert(
      fc.property(anyArray, fc.boolean(), fc.nat(), ({ dimensions, data }, isZipped, place) => {
        const plain = writeIdx(dimensions, data);
        const whole = isZipped ? gzipSync(plain) : plain;
        const cut = whole.subarray(0, place % whole.length);
        expect(errorOf(() => readIdx(cut, 'cut.gz'))).toBeInstanceOf(UserError);
      }),
    );
  });

  it('rejects a file with extra bytes', () => {
    fc.assert(
      fc.property(anyArray, fc.uint8Array({ minLength: 1, maxLength: 9 }), ({ dimensions, data }, more) => {
        const long = Uint8Array.from([...writeIdx(dimensions, data), ...more]);
        expect(errorOf(() => readIdx(long, 'long'))).toBeInstanceOf(UserError);
      }),
    );
  });

  it('reads random bytes or rejects them with a user error that names the file', () => {
    const start = fc.constantFrom(
      [],
      [0x1f, 0x8b],
      [0x1f, 0x8b, 8, 0],
      [0, 0],
      [0, 0, 8],
      [0, 0, 8, 1],
      [0, 0, 8, 255],
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 64 }), (first, rest) => {
        try {
          readIdx(Uint8Array.from([...first, ...rest]), 'garbage.bin');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as Error).message).toContain('garbage.bin');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('returns data of the right size or a user error if any byte is changed', () => {
    const plain = writeIdx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (isZipped, place, change) => {
        const file = isZipped ? new Uint8Array(gzipSync(plain)) : plain.slice();
        file[place % file.length]! ^= change;
        try {
          const { dimensions, data } = readIdx(file, 'x');
          expect(data.length).toBe(dimensions.reduce((product, dimension) => product * dimension, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['an empty file', [], 'f: found 0 bytes, expected at least the 4 bytes of a magic number'],
    ['a web page', [...new TextEncoder().encode('<!DOCTYPE html>')], 'f: found a start of 3c 21 44 4f, expected IDX'],
    ['floats', [0, 0, 0x0d, 1, 0, 0, 0, 0], 'f: found type 0d (32-bit float), expected type 08 (unsigned byte)'],
    ['an unknown type', [0, 0, 0x77, 1, 0, 0, 0, 0], 'f: found type 77 (unknown), expected type 08'],
    ['no dimension', [0, 0, 8, 0], 'f: found rank 0, expected at least one dimension'],
    ['half a header', [0, 0, 8, 3, 0, 0, 0, 1], 'f: found 8 bytes, expected a header of 16 bytes for rank 3'],
    ['too few bytes', [0, 0, 8, 1, 0, 0, 4, 0, 1], 'f: found 9 bytes (cut off), expected 1,032 bytes for 1,024'],
    ['too many bytes', [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], 'f: found 10 bytes (too long), expected 9 bytes for 1'],
    [
      'sizes beyond all memory',
      [0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255],
      'expected 18,446,744,065,119,617,000 bytes for 4,294,967,295 x 4,294,967,295',
    ],
  ])('reports file, found and expected value for %s', (_what, bytes, message) => {
    const error = errorOf(() => readIdx(Uint8Array.from(bytes), 'f'));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(message);
  });

  it('reports a damaged and a truncated gzip file', () => {
    const zipped = new Uint8Array(
      gzipSync(
        writeIdx(
          [1000],
          new Uint8Array(1000).map((_, i) => (i * i) % 251),
        ),
      ),
    );
    const damaged = zipped.slice();
    damaged[40]! ^= 0xff;
    expect(() => readIdx(damaged, 'a.gz')).toThrow(/damaged gzip file: a\.gz/);
    expect(() => readIdx(zipped.subarray(0, 100), 'a.gz')).toThrow(
      /damaged gzip file: a\.gz: found unexpected end of file in 100 bytes, expected a complete gzip stream/,
    );
  });
});

describe('readImages and readLabels', () => {
  it('read grey images, coloured images and labels', () => {
    expect(readImages(writeIdx([2, 1, 2], [1, 2, 3, 4]), 'x')).toEqual({
      count: 2,
      shape: { height: 1, width: 2, channels: 1 },
      bytes: Uint8Array.of(1, 2, 3, 4),
    });
    expect(readImages(writeIdx([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]), 'x').shape).toEqual({
      height: 1,
      width: 2,
      channels: 3,
    });
    expect(readLabels(writeIdx([3], [2, 0, 1]), 'x')).toEqual(Uint8Array.of(2, 0, 1));
  });

  it('reject labels in place of images and vice versa', () => {
    expect(() => readImages(writeIdx([3], [2, 0, 1]), 'l')).toThrow(
      /labels where images belong: l: found rank 1, 3, expected count x height x width/,
    );
    expect(() => readLabels(writeIdx([1, 1, 2], [1, 2]), 'i')).toThrow(
      /images where labels belong: i: found rank 3, 1 x 1 x 2, expected rank 1/,
    );
    expect(() => readImages(writeIdx([1, 2], [1, 2]), 'm')).toThrow(/not images: m: found rank 2/);
    expect(() => readLabels(writeIdx([1, 2], [1, 2]), 'm')).toThrow(/not labels: m: found rank 2/);
  });

  it('reject empty files', () => {
    expect(() => readImages(writeIdx([0, 28, 28], []), 'e')).toThrow(/no images: e/);
    expect(() => readImages(writeIdx([5, 0, 28], []), 'e')).toThrow(/no images: e/);
    expect(() => readLabels(writeIdx([0], []), 'e')).toThrow(/no labels: e/);
  });
});
