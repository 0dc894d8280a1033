// Loading a data set: Fashion-MNIST by name, or any folder of four IDX files. Everything is checked here, so that no
// later part has to.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError, unknownName } from '../base/errors.ts';
import type { ImageShape } from '../types.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { decompress, readImages, readLabels } from './idx.ts';
import { type KnownDataset, type LocateOptions, locate, sha256Of } from './sources.ts';

/** Images and labels of one part, as the files hold them. */
export interface DatasetPart {
  /** count x height x width x channels, 0-255, row-major. */
  readonly bytes: Uint8Array;
  /** count class indices, 0 to classNames.length - 1. */
  readonly labels: Uint8Array;
}

/** A whole data set in memory, checked. */
export interface Dataset {
  /** `'fashion-mnist'`, or the folder's own name. */
  readonly name: string;
  /** SHA-256 of the decompressed bytes by file name: train images, train labels, test images, test labels. */
  readonly files: Readonly<Record<string, string>>;
  readonly shape: ImageShape;
  /** At least 2. Class i is classNames[i]. */
  readonly classNames: readonly string[];
  readonly train: DatasetPart;
  readonly test: DatasetPart;
}

const KNOWN: readonly KnownDataset[] = [fashionMnist];

/** The four roles in the order of `Dataset.files`, and the file names that fill them, `.gz` or not. */
const ROLES = ['train images', 'train labels', 'test images', 'test labels'] as const;
type Role = (typeof ROLES)[number];
const FILE_NAME = /^(?:.*[-_.])?(train|t10k|test)[-_.](images|labels)(?:[-_.]idx[1-4])?(?:[-_.]ubyte)?(?:\.gz)?$/i;

/**
 * Loads a data set.
 *
 * A folder holds four IDX files, plain or gzipped, named as MNIST's (`train-images...`, `train-labels...`, `t10k-` or
 * `test-`, a prefix such as `emnist-letters-` allowed), and may hold `labels.txt`: one class name a line, class 0 first.
 * Without it classes are named by their labels. Labels that start at 1, as in EMNIST letters, are lowered by one, and
 * the first line then names label 1, unless `labels.txt` has a line for label 0 too. A folder whose files are all
 * Fashion-MNIST's is Fashion-MNIST; one where only some are is refused, for the others are damaged, unless a
 * `labels.txt` says that it is a data set of its own.
 *
 * @param nameOrFolder `'fashion-mnist'` or a folder
 * @param options whom to tell of a download's progress, and what to download with
 * @throws UserError when the name is neither, or a file is missing, damaged or does not fit the others
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
  /** Without `.gz`. */
  readonly name: string;
  /** How messages name it. */
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

/** Finds the file of each role, in the order of the roles. */
async function findFiles(folder: string): Promise<string[]> {
  const candidates = new Map<Role, string[]>(ROLES.map((role) => [role, []]));
  for (const name of (await readdir(folder)).sort()) {
    const match = FILE_NAME.exec(name);
    if (!match) continue;
    const part = match[1]!.toLowerCase() === 'train' ? 'train' : 'test';
    const found = candidates.get(`${part} ${match[2]!.toLowerCase()}` as Role)!;
    // The same file unpacked beside its archive comes before it in sorting order, and is enough.
    if (!found.includes(name.replace(/\.gz$/i, ''))) found.push(name);
  }
  return ROLES.map((role) => {
    const names = candidates.get(role)!;
    const [part, kind] = role.split(' ');
    const pattern = part === 'train' ? `train-${kind}*` : `t10k-${kind}* or test-${kind}*`;
    if (names.length === 0) {
      throw new UserError(
        `no ${role} in the folder ${folder}: expected ${pattern}, an IDX file, .gz or not (a data set is four IDX files)`,
      );
    }
    if (names.length > 1) {
      throw new UserError(
        `more than one file of ${role} in the folder ${folder}: found ${names.join(', ')}, expected one; keep each data set in a folder of its own`,
      );
    }
    return path.join(folder, names[0]!);
  });
}

/** Reads labels.txt; undefined when there is none. */
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

/** Tells which known data set these files are, if any. */
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
      `wrong file for ${known.name}: ${faults.join('; ')}; fetch it again, or, if this is a data set of its own, name its classes in labels.txt`,
    );
  }
  return undefined;
}

/** Reads the four files, in the order of the roles, and checks that they belong together. */
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

/** Names the classes, and tells which label is class 0: 0, or 1 by the rule that `loadDataset` states. */
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
      `too few class names for ${dataset}: found ${givenNames.length}, expected ${classCount}, for labels run from ${least} to ${largest}; one line each in labels.txt`,
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
