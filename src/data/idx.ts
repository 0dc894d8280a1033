// Reader of IDX files, the format of MNIST and similar data sets: a magic number, big-endian dimensions, raw bytes.

import { constants, gunzipSync } from 'node:zlib';
import { messageOf, UserError } from '../base/errors.ts';
import { integer } from '../document/format.ts';
import type { ImageShape } from '../types.ts';

/** An array of unsigned bytes from an IDX file. */
export interface IdxArray {
  /** At least one; the first is the number of items. */
  readonly dimensions: number[];
  /** Row-major; as many bytes as the product of the dimensions. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/** Data types by the third byte of a file. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  8: 'unsigned byte',
  9: 'signed byte',
  11: '16-bit integer',
  12: '32-bit integer',
  13: '32-bit float',
  14: '64-bit float',
};

/** Limit against gzip bombs, far above the size of any usable IDX file. */
const MAX_DECOMPRESSED_BYTES = 2 ** 31 - 1;

/**
 * Returns a file's bytes, decompressed if they begin with gzip's magic number.
 *
 * @param bytes the whole file
 * @param file its name, for error messages
 * @throws UserError if the gzip stream is damaged or truncated
 */
export function decompress(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_FINISH, maxOutputLength: MAX_DECOMPRESSED_BYTES });
  } catch (error) {
    throw new UserError(
      `damaged gzip file: ${file}: found ${messageOf(error)} in ${integer(bytes.length)} bytes, expected a complete gzip stream; fetch the file again`,
      { cause: error },
    );
  }
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or plain.
 *
 * @param bytes the whole file
 * @param file its name, for error messages
 * @returns the dimensions, and a view of the data (without a copy if the file is plain)
 * @throws UserError if the magic number, the type, the rank or the length is wrong; the message has the file, the value
 *   found and the value expected
 * @see LeCun, Y., Cortes, C., Burges, C. The MNIST database of handwritten digits: file formats.
 */
export function readIdx(bytes: Uint8Array, file: string): IdxArray {
  const plain = decompress(bytes, file);
  const fault = (found: string, expected: string): UserError =>
    new UserError(`not a usable IDX file: ${file}: found ${found}, expected ${expected}`);
  if (plain.length < 4) throw fault(`${plain.length} bytes`, 'at least the 4 bytes of a magic number');
  if (plain[0] !== 0 || plain[1] !== 0) {
    throw fault(`a start of ${hex(plain.subarray(0, 4))}`, 'IDX (00 00 08 ...) or gzip (1f 8b ...)');
  }
  const type = plain[2]!;
  const rank = plain[3]!;
  if (type !== UNSIGNED_BYTE) {
    throw fault(`type ${hex([type])} (${TYPE_NAMES[type] ?? 'unknown'})`, 'type 08 (unsigned byte)');
  }
  if (rank === 0) throw fault('rank 0', 'at least one dimension');
  const headerBytes = 4 + 4 * rank;
  if (plain.length < headerBytes) {
    throw fault(`${integer(plain.length)} bytes`, `a header of ${integer(headerBytes)} bytes for rank ${rank}`);
  }
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const expectedBytes = headerBytes + dimensions.reduce((product, dimension) => product * dimension, 1);
  if (plain.length !== expectedBytes) {
    throw fault(
      `${integer(plain.length)} bytes (${plain.length < expectedBytes ? 'cut off' : 'too long'})`,
      `${integer(expectedBytes)} bytes for ${describe(dimensions)}`,
    );
  }
  return { dimensions, data: plain.subarray(headerBytes) };
}

/** Images from an IDX file. */
export interface IdxImages {
  readonly count: number;
  readonly shape: ImageShape;
  /** count x height x width x channels, 0-255, row-major. */
  readonly bytes: Uint8Array;
}

/**
 * Reads an IDX file of images: rank 3 (count x height x width) or rank 4 (count x height x width x channels).
 *
 * @param bytes the whole file, gzipped or plain
 * @param file its name, for messages
 * @throws UserError if `readIdx` throws, if the file contains labels, or if it has no image or no pixel
 */
export function readImages(bytes: Uint8Array, file: string): IdxImages {
  const { dimensions, data } = readIdx(bytes, file);
  const found = `${file}: found rank ${dimensions.length}, ${describe(dimensions)}`;
  const expected = 'expected count x height x width (x channels)';
  if (dimensions.length === 1) throw new UserError(`labels where images belong: ${found}, ${expected}`);
  if (dimensions.length !== 3 && dimensions.length !== 4) throw new UserError(`not images: ${found}, ${expected}`);
  if (dimensions.includes(0)) throw new UserError(`no images: ${found}, expected no dimension of 0`);
  const [count, height, width, channels = 1] = dimensions as [number, number, number, number?];
  return { count, shape: { height, width, channels }, bytes: data };
}

/**
 * Reads an IDX file of labels: rank 1, one byte per label.
 *
 * @param bytes the whole file, gzipped or plain
 * @param file its name, for messages
 * @throws UserError if `readIdx` throws, if the file contains images, or if it is empty
 */
export function readLabels(bytes: Uint8Array, file: string): Uint8Array {
  const { dimensions, data } = readIdx(bytes, file);
  const found = `${file}: found rank ${dimensions.length}, ${describe(dimensions)}`;
  const expected = 'expected rank 1, one byte per label';
  if (dimensions.length === 3 || dimensions.length === 4) {
    throw new UserError(`images where labels belong: ${found}, ${expected}`);
  }
  if (dimensions.length !== 1) throw new UserError(`not labels: ${found}, ${expected}`);
  if (data.length === 0) throw new UserError(`no labels: ${found}, ${expected}`);
  return data;
}

function describe(dimensions: readonly number[]): string {
  const shown = dimensions.slice(0, 6).map(integer).join(' x ');
  return dimensions.length > 6 ? `${shown} x ...` : shown;
}

function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
