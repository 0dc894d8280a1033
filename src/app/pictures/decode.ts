// Decodes PNG, JPEG, WebP and GIF pictures to grey and alpha with libvips.

import { readFile, stat } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { messageOf, UserError } from '../../base/errors.ts';
import { integer } from '../../document/format.ts';
import type { Picture } from './picture.ts';

export type { Picture } from './picture.ts';

/** Maximum number of pixels of a picture: a small file can claim any number. */
export const MAX_PIXELS = 50_000_000;

/**
 * Maximum width and height of a picture: a file of 100 kB can claim one column of 50 million pixels, which takes the
 * decoder half a minute.
 */
export const MAX_SIDE = 30_000;

/** Maximum size of a picture file in bytes. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Time limit of decoding. The largest pictures take a few seconds. */
const DECODE_SECONDS = 20;

/** The supported formats, for messages. */
const ALLOWED = 'a PNG, JPEG, WebP or GIF picture';

/**
 * File signatures: Latin-1 text at an offset, or null for anywhere near the start in upper or lower case. Only the first
 * four formats are decoded; the others are recognised so that messages can name them.
 */
const SIGNATURES: readonly (readonly [format: string, offset: number | null, text: string])[] = [
  ['PNG', 0, '\x89PNG\r\n\x1a\n'],
  ['JPEG', 0, '\xff\xd8\xff'],
  ['GIF', 0, 'GIF87a'],
  ['GIF', 0, 'GIF89a'],
  ['WebP', 8, 'WEBP'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['PDF', 0, '%PDF'],
  ['BMP', 0, 'BM'],
  ['AVIF', 4, 'ftypavi'],
  ['HEIC', 4, 'ftyphe'],
  ['HEIC', 4, 'ftypmif'],
  ['JPEG XL', 0, '\xff\n'],
  ['JPEG XL', 4, 'JXL '],
  ['JPEG 2000', 4, 'jP  '],
  ['HTML', null, '<!doctype html'],
  ['HTML', null, '<html'],
  ['SVG', null, '<svg'],
];

const DECODED: ReadonlySet<string> = new Set(['PNG', 'JPEG', 'GIF', 'WebP']);

/** Bytes at the start of a file that are searched for a signature. */
const SIGNATURE_BYTES = 1024;

/**
 * Reads and decodes a picture.
 *
 * @param file path of a PNG, JPEG, WebP or GIF file
 * @throws UserError when there is no such file, when it cannot be read or is larger than `MAX_FILE_BYTES`, or when
 *   `decodePicture` refuses it
 */
export async function readPicture(file: string): Promise<Picture> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw fault(file, 'a folder', `the path of ${ALLOWED}`);
    if (!found.isFile()) throw fault(file, 'no regular file', `the path of ${ALLOWED}`);
    checkSize(found.size, file);
    return await decodePicture(await readFile(file), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = code === 'ENOENT' ? 'no such file' : messageOf(error);
    throw new UserError(`cannot read picture: ${file}: ${reason}; give the path of ${ALLOWED}`, { cause: error });
  }
}

/**
 * Decodes a picture: the first frame of an animation, the upper 8 of 16 bits, colours converted to sRGB.
 *
 * @param bytes the whole file: PNG, JPEG, WebP or GIF, recognised by its first bytes; at most `MAX_FILE_BYTES`
 * @param file its name, for messages
 * @throws UserError when it is empty, of another format, damaged or cut off, when it has more than `MAX_PIXELS` or a side
 *   above `MAX_SIDE`, or when decoding takes too long; names file, found and expected
 */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Picture> {
  checkSize(bytes.length, file);
  const format = formatOf(bytes);
  if (format === null) throw fault(file, `a start of ${hex(bytes.subarray(0, 8))}`, ALLOWED);
  // libvips reads more formats, with libraries that an untrusted file should not reach.
  if (!DECODED.has(format)) throw fault(file, format, ALLOWED);
  const open = (): Sharp =>
    sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS, autoOrient: true }).timeout({
      seconds: DECODE_SECONDS,
    });
  try {
    // Reads the header only.
    const { hasAlpha, ...header } = await open().metadata();
    checkDimensions(header, file);
    const { data, info } = await open().greyscale().raw().toBuffer({ resolveWithObject: true });
    // A second pass, because the grey output has no alpha.
    const alpha = hasAlpha ? await open().extractChannel('alpha').raw().toBuffer() : null;
    const { width, height } = info;
    return { width, height, grey: plain(data), alpha: alpha?.some((value) => value < 255) ? plain(alpha) : null };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = messageOf(error).split('\n', 1)[0]!.trim();
    if (/pixel limit/.test(reason)) throw tooManyPixels(file, error);
    if (reason.startsWith('timeout')) {
      throw fault(file, `a ${format} that takes more than ${DECODE_SECONDS} s to decode`, 'a simpler one', error);
    }
    throw fault(file, `a damaged ${format} (${reason})`, 'a whole one; save or fetch it again', error);
  }
}

function checkSize(length: number, file: string): void {
  if (length === 0) throw fault(file, 'an empty file', ALLOWED);
  if (length > MAX_FILE_BYTES) throw fault(file, `${integer(length)} bytes`, `at most ${integer(MAX_FILE_BYTES)}`);
}

function checkDimensions({ width, height }: { readonly width: number; readonly height: number }, file: string): void {
  if (width * height > MAX_PIXELS) throw tooManyPixels(file);
  const side = Math.max(width, height);
  if (side > MAX_SIDE) throw fault(file, `a side of ${integer(side)} pixels`, `at most ${integer(MAX_SIDE)}`);
}

function tooManyPixels(file: string, cause?: unknown): UserError {
  return fault(file, `more than ${integer(MAX_PIXELS)} pixels`, 'at most that number', cause);
}

function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function formatOf(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, SIGNATURE_BYTES)).toString('latin1');
  const folded = start.toLowerCase();
  const isOf = (offset: number | null, text: string): boolean =>
    offset === null
      ? folded.includes(text)
      : start.startsWith(text, offset) && (text !== 'WEBP' || start.startsWith('RIFF'));
  return SIGNATURES.find(([, offset, text]) => isOf(offset, text))?.[0] ?? null;
}

function fault(file: string, found: string, expected: string, cause?: unknown): UserError {
  return new UserError(`not a usable picture: ${file}: found ${found}, expected ${expected}`, { cause });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
