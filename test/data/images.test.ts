import { describe, expect, it } from 'vitest';
import { createImages, sharedBytes, takeImages } from '../../src/data/images.ts';

const shape = { height: 1, width: 2, channels: 1 };
const images = createImages(Uint8Array.of(0, 51, 102, 153, 204, 255), Uint8Array.of(1, 0, 2), shape);

describe('createImages', () => {
  it('divides bytes by 255 once, in shared memory', () => {
    // 51 = 255 / 5, so the pixels are multiples of 1/5, rounded to 32 bits.
    expect(Array.from(images.pixels)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
    expect(images.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(images.pixels).toBe(images.pixels);
  });

  it('keeps the given bytes', () => {
    const bytes = sharedBytes(4);
    expect(createImages(bytes, sharedBytes(2), shape).bytes).toBe(bytes);
  });

  it('may be empty', () => {
    const empty = createImages(sharedBytes(0), sharedBytes(0), shape);
    expect([empty.count, empty.pixels.length]).toEqual([0, 0]);
  });

  it('rejects bytes that do not match the labels', () => {
    expect(() => createImages(sharedBytes(5), sharedBytes(2), shape)).toThrow('invalid images: 5 bytes for 2 labels');
  });
});

describe('takeImages', () => {
  it('copies the selected images in the given order', () => {
    const taken = takeImages(images, [2, 0, 2]);
    expect(taken.count).toBe(3);
    expect(Array.from(taken.labels)).toEqual([2, 1, 2]);
    expect(Array.from(taken.bytes)).toEqual([204, 255, 0, 51, 204, 255]);
    expect(Array.from(taken.pixels)).toEqual([0.8, 1, 0, 0.2, 0.8, 1].map(Math.fround));
    taken.bytes[0] = 9;
    expect(images.bytes[4]).toBe(204);
  });

  it.each([3, -1, Number.NaN])('rejects the index %s', (index) => {
    expect(() => takeImages(images, [index])).toThrow(`invalid index: ${index}; expected 0 to 2`);
  });
});
