// Fuzzes the decoding of pictures: damaged files must give a picture or one clear error, soon and in bounded memory.
// `node --import ./bin/typescript.mjs tools/fuzz/fuzz-pictures.ts [--seed N] [--cases N] [--only N]`; equal seeds give equal cases.
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { decodePicture } from '../../src/app/pictures/decode.ts';
import { normalizePicture } from '../../src/app/pictures/normalize.ts';
import { UserError } from '../../src/base/errors.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import { below, damage, oneOf } from './damage.ts';
import { claimSize, pictureFiles } from './picture-files.ts';

/** Which cases run. */
export interface FuzzOptions {
  /** Any 32-bit integer. */
  readonly seed: number;
  /** Number of cases, from case 0. */
  readonly cases: number;
  /** Runs this case alone. */
  readonly only?: number | undefined;
}

/** What the cases came to. */
export interface FuzzResult {
  /** Cases that gave a picture. */
  readonly decoded: number;
  /** Cases that gave a `UserError` of one line. */
  readonly refused: number;
  /** What was wrong with each of the other cases. */
  readonly faults: readonly string[];
  /** The case that took the most processor time, of all threads. */
  readonly slowest: { readonly seconds: number; readonly case: string };
  /** The most memory that this process held after a case, beyond what it held before the first. */
  readonly grownBytes: number;
}

const SHAPE = { height: 28, width: 28, channels: 1 };
const SIDES = [0, 1, 2, 28, 1000, 4000, 7000, 16_383, 30_000, 30_001, 65_535];
const SIGNATURES = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0', 'GIF89a', 'RIFF\xff\0\0\0WEBPVP8 '];

/**
 * Decodes damaged pictures.
 *
 * @throws what is no fault of a decoder, such as a lack of memory
 */
export async function fuzzPictures({ seed, cases, only }: FuzzOptions): Promise<FuzzResult> {
  const files = await pictureFiles();
  const faults: string[] = [];
  let [decoded, refused, grownBytes] = [0, 0, 0];
  let slowest = { seconds: 0, case: 'none' };
  const startBytes = process.memoryUsage.rss();
  for (let index = only ?? 0; index < (only === undefined ? cases : only + 1); index++) {
    const made = makeCase(files, createRandom(seed * 1_000_003 + index));
    const name = `case ${index} of seed ${seed}, ${made.name}`;
    const start = process.cpuUsage();
    const outcome = await tryDecode(made.bytes);
    const used = process.cpuUsage(start);
    const seconds = (used.user + used.system) / 1e6;
    if (outcome === 'decoded') decoded++;
    else if (outcome === 'refused') refused++;
    else faults.push(`${name}: ${outcome}`);
    if (seconds > slowest.seconds) slowest = { seconds, case: name };
    grownBytes = Math.max(grownBytes, process.memoryUsage.rss() - startBytes);
  }
  return { decoded, refused, faults, slowest, grownBytes };
}

/** Makes the file of one case. */
function makeCase(
  files: ReadonlyMap<string, Buffer>,
  random: Random,
): { readonly bytes: Buffer; readonly name: string } {
  const kind = random();
  if (kind < 0.1) {
    const format = oneOf(['PNG', 'GIF', 'JPEG', 'WebP'] as const, random);
    const [width, height] = [oneOf(SIDES, random), oneOf(SIDES, random)];
    return { bytes: claimSize(format, width, height), name: `a ${format} that claims ${width} x ${height} pixels` };
  }
  if (kind < 0.15) {
    const noise = Buffer.from(Array.from({ length: below(500, random) }, () => below(256, random)));
    return { bytes: Buffer.concat([Buffer.from(oneOf(SIGNATURES, random), 'latin1'), noise]), name: 'noise' };
  }
  const names = [...files.keys()];
  const first = oneOf(names, random);
  let bytes = files.get(first)!;
  const steps = [first];
  if (kind < 0.2) {
    const second = oneOf(names, random);
    const other = files.get(second)!;
    bytes = Buffer.concat([
      bytes.subarray(0, below(bytes.length, random)),
      other.subarray(below(other.length, random)),
    ]);
    steps.push(`joined with ${second}`);
  }
  for (let left = 1 + below(3, random); left > 0 && bytes.length > 0; left--) {
    const damaged = damage(bytes, random);
    bytes = damaged.bytes;
    steps.push(damaged.name);
  }
  return { bytes, name: steps.join(', ') };
}

/** Decodes a file and makes an image of it; says what is wrong with the outcome. */
async function tryDecode(bytes: Buffer): Promise<'decoded' | 'refused' | (string & {})> {
  try {
    const picture = await decodePicture(bytes, 'case');
    const size = picture.width * picture.height;
    if (!(size >= 1) || picture.grey.length !== size || (picture.alpha && picture.alpha.length !== size)) {
      return `${picture.width} x ${picture.height} pixels, ${picture.grey.length} greys, ${picture.alpha?.length} alphas`;
    }
    const { images } = normalizePicture(picture, SHAPE);
    return images.bytes.length === SHAPE.height * SHAPE.width ? 'decoded' : `${images.bytes.length} bytes`;
  } catch (error) {
    if (!(error instanceof UserError)) return error instanceof Error ? `${error.stack}` : String(error);
    return error.message.includes('\n') ? `an error of several lines: ${error.message}` : 'refused';
  }
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? '')).href) {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, cases: { type: 'string' }, only: { type: 'string' } },
  });
  const result = await fuzzPictures({
    seed: Number(values.seed ?? 1),
    cases: Number(values.cases ?? 10_000),
    only: values.only === undefined ? undefined : Number(values.only),
  });
  console.log(JSON.stringify(result, null, 2));
  if (result.faults.length > 0) process.exitCode = 1;
}
