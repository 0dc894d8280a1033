import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { fashionMnist } from '../../src/data/fashion-mnist.ts';
import { locate, sha256Of } from '../../src/data/sources.ts';
import { smallFiles, temporaryFolder, writeFiles, writeIdx } from '../fixtures/idx.ts';

/** Writes the small data set with some files changed, or removed if null, and loads it. */
async function load(changes: Record<string, Uint8Array | string | null> = {}, firstLabel = 0) {
  const folder = await temporaryFolder();
  const files = Object.entries({ ...smallFiles(firstLabel), ...changes }).filter(([, content]) => content !== null);
  await writeFiles(folder, Object.fromEntries(files) as Record<string, Uint8Array | string>);
  return loadDataset(folder);
}

const userError = (message: RegExp) =>
  expect.objectContaining({ name: 'UserError', message: expect.stringMatching(message) });

describe('a folder of IDX files', () => {
  it('may have any image size and class count', async () => {
    const dataset = await load({ 'labels.txt': 'disc\r\nbar\r\nring\r\n' });
    expect(dataset.shape).toEqual({ height: 5, width: 4, channels: 1 });
    expect(dataset.classNames).toEqual(['disc', 'bar', 'ring']);
    expect(Array.from(dataset.train.labels)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(dataset.train.bytes[20 * 11 + 19]).toBe(110);
    expect([dataset.train.bytes.length, dataset.test.bytes.length, dataset.test.labels.length]).toEqual([240, 120, 6]);
  });

  it('names classes by their labels without labels.txt', async () => {
    expect((await load()).classNames).toEqual(['0', '1', '2']);
  });

  it('has the name of its folder, and checksums of its decompressed files in a fixed order', async () => {
    const folder = `${await temporaryFolder()}/shapes`;
    const files = smallFiles();
    const zipped = Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]);
    await writeFiles(folder, Object.fromEntries(zipped));
    const dataset = await loadDataset(folder);
    expect(dataset.name).toBe('shapes');
    expect(Object.entries(dataset.files)).toEqual(
      Object.entries(files).map(([name, bytes]) => [name, sha256Of(bytes)]),
    );
  });

  it('may have the file names of EMNIST and of other collections', async () => {
    const folder = await temporaryFolder();
    const names = [
      'emnist-letters-train-images-idx3-ubyte',
      'train-labels.idx1-ubyte',
      'test-images.gz',
      'emnist-letters-test-labels-idx1-ubyte.gz',
    ];
    const contents = Object.values(smallFiles()).map((bytes, i) =>
      names[i]!.endsWith('.gz') ? gzipSync(bytes) : bytes,
    );
    await writeFiles(folder, Object.fromEntries(names.map((name, i) => [name, contents[i]!])));
    const dataset = await loadDataset(folder);
    expect(Object.keys(dataset.files)).toEqual(names.map((name) => name.replace('.gz', '')));
    expect([dataset.train.labels.length, dataset.test.labels.length]).toEqual([12, 6]);
  });

  it('may have coloured images', async () => {
    const images = (count: number) => writeIdx([count, 2, 2, 3], new Uint8Array(count * 12));
    const dataset = await load({ 'train-images-idx3-ubyte': images(12), 't10k-images-idx3-ubyte': images(6) });
    expect(dataset.shape).toEqual({ height: 2, width: 2, channels: 3 });
  });

  it('prefers an unpacked file to its archive', async () => {
    const dataset = await load({ 'train-images-idx3-ubyte.gz': 'not even gzip' });
    expect(dataset.train.labels.length).toBe(12);
  });

  it('reduces labels that start at 1 by one, and names classes by the labels in the files', async () => {
    const dataset = await load({}, 1);
    expect(dataset.classNames).toEqual(['1', '2', '3']);
    expect(Array.from(dataset.test.labels)).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('names labels that start at 1 by the lines of labels.txt, unless there is one more line for label 0', async () => {
    const lowered = await load({ 'labels.txt': 'a\nb\nc\n' }, 1);
    expect([lowered.classNames, lowered.test.labels[0]]).toEqual([['a', 'b', 'c'], 0]);
    const kept = await load({ 'labels.txt': 'none\na\nb\nc\n' }, 1);
    expect([kept.classNames, kept.test.labels[0]]).toEqual([['none', 'a', 'b', 'c'], 1]);
  });

  const pictures = writeIdx([12, 5, 4], new Uint8Array(240));
  it.each<[string, Record<string, Uint8Array | string | null>, RegExp]>([
    [
      'a missing file',
      { 't10k-labels-idx1-ubyte': null },
      /no test labels in the folder .*: expected t10k-labels\* or/,
    ],
    [
      'two candidates',
      { 'kmnist-train-images': '' },
      /more than one file of train images .*kmnist-train-images, train/,
    ],
    ['labels where images belong', { 'train-images-idx3-ubyte': writeIdx([12], Array(12).fill(0)) }, /labels where/],
    [
      'images where labels belong',
      { 'train-labels-idx1-ubyte': pictures },
      /images where labels belong: .*train-labels/,
    ],
    ['a text file', { 'train-images-idx3-ubyte': '<html></html>' }, /train-images-idx3-ubyte: found a start of 3c 68/],
    [
      'fewer labels than images',
      { 'train-labels-idx1-ubyte': writeIdx([11], Array(11).fill(0)) },
      /train-labels-idx1-ubyte: found 11 labels, expected 12 as in .*train-images/,
    ],
    [
      'test images of another size',
      { 't10k-images-idx3-ubyte': writeIdx([6, 4, 5], new Uint8Array(120)) },
      /images of two sizes: .*t10k-images-idx3-ubyte: found 4 x 5 x 1, expected 5 x 4 x 1/,
    ],
    ['too few names', { 'labels.txt': 'a\nb\n' }, /too few class names for .*: found 2, expected 3, .* from 0 to 2/],
    ['a repeated name', { 'labels.txt': 'a\nb\na\n' }, /labels\.txt: line 3, "a", repeats line 1/],
    ['an empty line', { 'labels.txt': 'a\n\nc\n' }, /labels\.txt: line 2 is empty/],
    ['one class', { 'train-labels-idx1-ubyte': writeIdx([12], Array(12).fill(0)) }, /found only label 0 in train/],
  ])('is rejected with %s', async (_what, changes, message) => {
    await expect(load(changes)).rejects.toThrow(userError(message));
  });

  it('is rejected with a folder in place of a file', async () => {
    const folder = await temporaryFolder();
    const { 't10k-images-idx3-ubyte': _, ...files } = smallFiles();
    await writeFiles(folder, files);
    await writeFiles(`${folder}/t10k-images`, {});
    await expect(loadDataset(folder)).rejects.toThrow(userError(/cannot read .*t10k-images: EISDIR/));
  });
});

describe('a name that is not a folder', () => {
  it('is answered with the known names and the most similar one', async () => {
    await expect(loadDataset('fashon-mnist')).rejects.toThrow(
      userError(/^unknown data set: "fashon-mnist"; did you mean "fashion-mnist"\?.*folder of four IDX files/),
    );
  });
});

describe('Fashion-MNIST', () => {
  it('has the published images, labels and checksums', async () => {
    const dataset = await loadDataset('fashion-mnist');
    expect(dataset.files).toEqual(fashionMnist.files);
    expect(dataset.shape).toEqual({ height: 28, width: 28, channels: 1 });
    expect(dataset.classNames).toEqual(fashionMnist.classNames);
    for (const [part, count] of [
      ['train', 60_000],
      ['test', 10_000],
    ] as const) {
      const perClass = Array<number>(10).fill(0);
      for (const label of dataset[part].labels) perClass[label]!++;
      expect(perClass).toEqual(Array(10).fill(count / 10));
      expect(dataset[part].bytes.length).toBe(count * 784);
    }
    // From the files, without the header:
    // python3 -c "import gzip,sys; [print(list(gzip.open(f).read()[8:18])) for f in sys.argv[1:]]" *-labels-*.gz
    expect(Array.from(dataset.test.labels.subarray(0, 10))).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
    expect(Array.from(dataset.train.labels.subarray(0, 10))).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    // python3 -c "import gzip; print(sum(gzip.open('train-images-idx3-ubyte.gz').read()[16:]))"
    expect(dataset.train.bytes.reduce((sum, byte) => sum + byte, 0)).toBe(3_431_114_169);
  });

  it('is recognised by its files in any folder, and a wrong file among them is reported', async () => {
    const files = Object.fromEntries(await locate(fashionMnist));
    const folder = await temporaryFolder();
    await writeFiles(folder, files);
    const dataset = await loadDataset(folder);
    expect([dataset.name, dataset.classNames[9]]).toEqual(['fashion-mnist', 'Ankle boot']);

    const damaged = files['t10k-images-idx3-ubyte']!.slice();
    damaged[5000]! ^= 1;
    await writeFiles(folder, { 't10k-images-idx3-ubyte': damaged });
    await expect(loadDataset(folder)).rejects.toThrow(
      userError(
        /wrong file for fashion-mnist: .*t10k-images-idx3-ubyte: found SHA-256 [0-9a-f]{64}, expected 5b4141f0/,
      ),
    );
    await writeFiles(folder, { 'labels.txt': fashionMnist.classNames.join('\n') });
    expect((await loadDataset(folder)).name).not.toBe('fashion-mnist');
  });
});
