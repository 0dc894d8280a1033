// Loads and validates a data set: Fashion-MNIST by name, or a folder of four IDX files.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError, unknownName } from '../base/errors.ts';
import type { ImageShape } from '../types.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { decompress, readImages, readLabels } from './idx.ts';
import { type KnownDataset, type LocateOptions, locate, sha256Of } from './sources.ts';

/** Images and labels of one part, in the order of the files. */
export interface DatasetPart {
  /** count x height x width x channels, 0-255, row-major. */
  readonly bytes: Uint8Array;
  /** count class indices, 0 to classNames.length - 1. */
  readonly labels: Uint8Array;
}

/** A validated data set in memory. */
export interface Dataset {
  /** `'fashion-mnist'`, or the name of the folder. */
  readonly name: string;
  /** SHA-256 of the decompressed bytes by file name: train images, train labels, test images, test labels. */
  readonly files: Readonly<Record<string, string>>;
  readonly shape: ImageShape;
  /** At least 2 names; classNames[i] is the name of class i. */
  readonly classNames: readonly string[];
  readonly train: DatasetPart;
  readonly test: DatasetPart;
}

const KNOWN: readonly KnownDataset[] = [fashionMnist];

/** The four files of a data set, in the order of `Dataset.files`, and the pattern of their names. */
const ROLES = ['train images', 'train labels', 'test images', 'test labels'] as const;
type Role = (typeof ROLES)[number];
const FILE_NAME = /^(?:.*[-_.])?(train|t10k|test)[-_.](images|labels)(?:[-_.]idx[1-4])?(?:[-_.]ubyte)?(?:\.gz)?$/i;

/**
 * Loads a data set.
 *
 * A folder must contain four IDX files, plain or gzipped, with names like MNIST's (`train-images...`, `train-labels...`,
 * `t10k-...` or `test-...`; a prefix such as `emnist-letters-` is allowed). It may contain `labels.txt` with one class name
 * per line, class 0 first; otherwise the labels serve as names. Labels that start at 1, as in EMNIST letters, are reduced
 * by one. The first line of `labels.txt` then names label 1, unless there is also a line for label 0.
 *
 * A folder with all files of Fashion-MNIST is loaded as Fashion-MNIST. If only some of its files match, the others are
 * probably damaged and loading fails, unless `labels.txt` shows that this is another data set.
 *
 * @param nameOrFolder `'fashion-mnist'` or a folder
 * @param options progress callback and replacements for download tools
 * @throws UserError if the name is unknown, or a file is missing, damaged or does not match the others
 */
export async function loadDataset(nameOrFolder: string, options: LocateOptions = {}): Promise<Dataset> {
  const known = KNOWN.find(({ name }) => name === nameOrFolder);
  if (known) {
    const found = await locate(known, options);
    const files = [...found].map(([name, bytes]) => ({ name, location: name, bytes }));
    return assemble(known.name, files, known.classNames);
  }
  const status = await stat(nameOrFolder).catch(() => undefined);
  if (!status?.isDirectory()) {
    const names = KNOWN.map(({ name }) => name);
    throw unknownName('data set', nameOrFolder, names, 'or a folder of four IDX files');
  }
  return loadFolder(path.resolve(nameOrFolder));
}

/** One of the four files, decompressed. */
interface DataFile {
  /** File name without `.gz`. */
  readonly name: string;
  /** Name for error messages. */
  readonly location: string;
  readonly bytes: Uint8Array;
}

async function loadFolder(folder: string): Promise<Dataset> {
  const files: DataFile[] = [];
  for (const location of await findFiles(folder)) {
    const bytes = decompress(await readWhole(location), location);
    files.push({ name: path.basename(location).replace(/\.gz$/i, ''), location, bytes });
  }
  const names = await readClassNames(path.join(folder, 'labels.txt'));
  const known = names ? undefined : recognize(files);
  return assemble(known?.name ?? path.basename(folder), files, known?.classNames ?? names);
}

async function readWhole(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new UserError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  });
}

/** Returns the paths of the four files, in the order of `ROLES`. */
async function findFiles(folder: string): Promise<string[]> {
  const candidates = new Map<Role, string[]>(ROLES.map((role) => [role, []]));
  for (const name of (await readdir(folder)).sort()) {
    const match = FILE_NAME.exec(name);
    if (!match) continue;
    const part = match[1]!.toLowerCase() === 'train' ? 'train' : 'test';
    const found = candidates.get(`${part} ${match[2]!.toLowerCase()}` as Role)!;
    // An unpacked file sorts before its own archive; the archive is then ignored.
    if (!found.includes(name.replace(/\.gz$/i, ''))) found.push(name);
  }
  return ROLES.map((role) => {
    const names = candidates.get(role)!;
    const [part, kind] = role.split(' ');
    const pattern = part === 'train' ? `train-${kind}*` : `t10k-${kind}* or test-${kind}*`;
    if (names.length === 0) {
      throw new UserError(
        `no ${role} in the folder ${folder}: expected ${pattern}, an IDX file, .gz or not (a data set has four IDX files)`,
      );
    }
    if (names.length > 1) {
      throw new UserError(
        `more than one file of ${role} in the folder ${folder}: found ${names.join(', ')}, expected one; keep each data set in a separate folder`,
      );
    }
    return path.join(folder, names[0]!);
  });
}

/** Reads `labels.txt`; undefined if it does not exist. */
async function readClassNames(file: string): Promise<string[] | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UserError(`cannot read ${file}: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  const names = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  names.forEach((name, i) => {
    const first = names.indexOf(name);
    if (name === '') throw new UserError(`invalid class names: ${file}: line ${i + 1} is empty, expected a name`);
    if (first < i) {
      throw new UserError(`invalid class names: ${file}: line ${i + 1}, "${name}", repeats line ${first + 1}`);
    }
  });
  return names;
}

/** Returns the known data set that these files belong to, if any. */
function recognize(files: readonly DataFile[]): KnownDataset | undefined {
  for (const known of KNOWN) {
    const expected = Object.values(known.files);
    const faults = files.flatMap(({ location, bytes }, i) => {
      const found = sha256Of(bytes);
      return found === expected[i] ? [] : [`${location}: found SHA-256 ${found}, expected ${expected[i]}`];
    });
    if (faults.length === 0) return known;
    if (faults.length === files.length) continue;
    throw new UserError(
      `wrong file for ${known.name}: ${faults.join('; ')}; fetch it again, or, if this is another data set, list its class names in labels.txt`,
    );
  }
  return undefined;
}

/** Reads the four files, in the order of `ROLES`, and checks that they match. */
function assemble(name: string, files: readonly DataFile[], givenNames: readonly string[] | undefined): Dataset {
  const [trainImages, trainLabels, testImages, testLabels] = files as [DataFile, DataFile, DataFile, DataFile];
  const train = readPart(trainImages, trainLabels);
  const test = readPart(testImages, testLabels);
  const sizes = [train.shape, test.shape].map(({ height, width, channels }) => `${height} x ${width} x ${channels}`);
  if (sizes[0] !== sizes[1]) {
    throw new UserError(
      `images of two sizes: ${testImages.location}: found ${sizes[1]}, expected ${sizes[0]} as in ${trainImages.location}`,
    );
  }
  const { classNames, firstLabel } = nameClasses(train.labels, test.labels, givenNames, name);
  return {
    name,
    files: Object.fromEntries(files.map((file) => [file.name, sha256Of(file.bytes)])),
    shape: train.shape,
    classNames,
    train: { bytes: train.bytes, labels: train.labels.map((label) => label - firstLabel) },
    test: { bytes: test.bytes, labels: test.labels.map((label) => label - firstLabel) },
  };
}

function readPart(imagesFile: DataFile, labelsFile: DataFile): DatasetPart & { shape: ImageShape } {
  const images = readImages(imagesFile.bytes, imagesFile.location);
  const labels = readLabels(labelsFile.bytes, labelsFile.location);
  if (images.count !== labels.length) {
    throw new UserError(
      `images and labels differ in number: ${labelsFile.location}: found ${labels.length} labels, expected ${images.count} as in ${imagesFile.location}`,
    );
  }
  return { bytes: images.bytes, labels, shape: images.shape };
}

/** Returns the class names and the label of class 0: 0, or 1 by the rule described at `loadDataset`. */
function nameClasses(
  trainLabels: Uint8Array,
  testLabels: Uint8Array,
  givenNames: readonly string[] | undefined,
  dataset: string,
): { classNames: readonly string[]; firstLabel: 0 | 1 } {
  const used = new Set([...trainLabels, ...testLabels]);
  const least = Math.min(...used);
  const largest = Math.max(...used);
  const firstLabel = least === 1 && (givenNames === undefined || givenNames.length === largest) ? 1 : 0;
  const classCount = largest - firstLabel + 1;
  if (givenNames && givenNames.length < classCount) {
    throw new UserError(
      `too few class names for ${dataset}: found ${givenNames.length}, expected ${classCount}, because labels run from ${least} to ${largest}; add one line per class to labels.txt`,
    );
  }
  if (new Set(trainLabels).size < 2) {
    throw new UserError(
      `too few classes in ${dataset}: found only label ${trainLabels[0]} in train, expected at least 2`,
    );
  }
  const classNames = givenNames ?? Array.from({ length: classCount }, (_, i) => String(i + firstLabel));
  return { classNames, firstLabel };
}
