import { describe, expect, it } from 'vitest';
import { createFrameReader, encodeFrame, type Frame } from '../../src/run/frames.ts';

function readAll(bytes: Uint8Array, pieceLength: number, limits = { value: 1000, body: 1000 }): Frame[] {
  const frames: Frame[] = [];
  const read = createFrameReader({
    limits,
    allocate: (length) => new Uint8Array(length),
    onFrame: (frame) => frames.push(frame),
  });
  for (let at = 0; at < bytes.length; at += pieceLength) read(bytes.subarray(at, at + pieceLength));
  return frames;
}

const body = Uint8Array.of(7, 8, 9);
const bytes = Buffer.concat([
  encodeFrame({ type: 'one', values: Float32Array.of(1.5, Number.NaN) }),
  encodeFrame(null, body.length),
  body,
  encodeFrame('three'),
]);

describe('frames', () => {
  it.each([1, 3, 10, 10_000])('arrive whole when their bytes come in pieces of %i', (pieceLength) => {
    expect(readAll(bytes, pieceLength)).toEqual([
      { value: { type: 'one', values: Float32Array.of(1.5, Number.NaN) }, body: new Uint8Array(0) },
      { value: null, body },
      { value: 'three', body: new Uint8Array(0) },
    ]);
  });

  it('that are larger than the limits are refused before memory is allocated', () => {
    expect(() => readAll(encodeFrame('x'.repeat(2000)), 100)).toThrow(/^a message of 20\d\d bytes; at most 1000/);
    expect(() => readAll(encodeFrame(null, 2 ** 40), 100)).toThrow(
      'a body of a message of 1099511627776 bytes; at most 1000 are accepted',
    );
  });

  it('with content that is no value are refused', () => {
    const broken = Buffer.from(encodeFrame({ a: 1 }));
    broken.fill(0xee, 10);
    expect(() => readAll(broken, 100)).toThrow();
  });
});
