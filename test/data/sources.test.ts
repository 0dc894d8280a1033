import fs from 'node:fs';
import { mkdir, readdir, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { processMark } from '../../src/base/process-mark.ts';
import {
  type DataProgress,
  type KnownDataset,
  type LocateOptions,
  locate,
  type RunProgram,
  sha256Of,
} from '../../src/data/sources.ts';
import { temporaryFolder, writeFiles } from '../fixtures/idx.ts';

const contents: Record<string, Uint8Array> = {
  'train-images': new TextEncoder().encode('one'),
  'train-labels': new TextEncoder().encode('two'),
};
const zipped = Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
const wrong = gzipSync(new TextEncoder().encode('something else'));

let cache: string;
let dataset: KnownDataset;
/** All addresses and programs that were used, in order. */
let calls: string[];

beforeEach(async () => {
  const root = await temporaryFolder();
  vi.stubEnv('FITTING_ROOM_CACHE', root);
  cache = path.join(root, 'datasets', 'tiny');
  calls = [];
  dataset = {
    name: 'tiny',
    classNames: ['a', 'b'],
    files: Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, sha256Of(bytes)])),
    systemFolder: path.join(root, 'system'),
    addresses: ['https://first.example/', 'https://second.example/'],
    debianPackage: 'dataset-tiny',
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A network that returns these bytes for these addresses, and 404 for others. */
function network(answers: Record<string, Uint8Array>): typeof fetch {
  return async (input) => {
    const url = String(input);
    calls.push(url);
    const body = answers[url];
    return body ? new Response(new Uint8Array(body)) : new Response('no', { status: 404, statusText: 'Not Found' });
  };
}

const noNetwork: typeof fetch = async (input) => {
  calls.push(String(input));
  throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
};

const noApt: RunProgram = async (program) => {
  calls.push(program);
  throw new Error(`the program ${program} is not installed`);
};

/** A fake apt that needs an update first, and a fake dpkg-deb that unpacks these files. */
function apt(files: Record<string, Uint8Array>, options: { isUpdated: boolean }): RunProgram {
  return async (program, args, folder) => {
    const action = args.find((arg) => ['download', 'update', '-x'].includes(arg));
    calls.push(`${program} ${action}`);
    if (action === 'update') options.isUpdated = true;
    if (action === 'download') {
      if (!options.isUpdated) throw new Error('E: Unable to locate package dataset-tiny');
      await writeFiles(folder, { 'dataset-tiny_1_all.deb': 'deb' });
    }
    if (action === '-x') await writeFiles(path.join(folder, args[2]!, dataset.systemFolder), files);
  };
}

function find(options: LocateOptions = {}): Promise<Map<string, Uint8Array>> {
  return locate(dataset, { fetch: noNetwork, run: noApt, isRoot: false, ...options });
}

function expectContents(found: Map<string, Uint8Array>): void {
  expect([...found].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
    ['train-images', 'one'],
    ['train-labels', 'two'],
  ]);
}

describe('locate', () => {
  it('uses the cache first and no other source', async () => {
    await writeFiles(cache, zipped);
    await writeFiles(dataset.systemFolder, { 'train-images.gz': wrong, 'train-labels.gz': wrong });
    expectContents(await find());
    expect(calls).toEqual([]);
  });

  it("then uses the system's folder, plain or gzipped, and writes nothing", async () => {
    await writeFiles(dataset.systemFolder, {
      'train-images': contents['train-images']!,
      'train-labels.gz': zipped['train-labels.gz']!,
    });
    expectContents(await find());
    expect(calls).toEqual([]);
    await expect(readdir(cache)).rejects.toThrow('ENOENT');
  });

  it('downloads only missing files from the publisher, and keeps them', async () => {
    await writeFiles(cache, { 'train-images.gz': zipped['train-images.gz']! });
    const answers = { 'https://first.example/train-labels.gz': zipped['train-labels.gz']! };
    const seen: DataProgress[] = [];
    expectContents(await find({ fetch: network(answers), onProgress: (progress) => seen.push(progress) }));
    expect(calls).toEqual(['https://first.example/train-labels.gz']);
    expect(seen.at(-1)?.doneBytes).toBe(zipped['train-labels.gz']!.length);
    expect((await readdir(cache)).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
    expectContents(await find());
    expect(calls.length).toBe(1);
  });

  it("continues with the publisher's next address, then with Debian's package", async () => {
    const answers = { 'https://second.example/train-images.gz': zipped['train-images.gz']! };
    expectContents(await find({ fetch: network(answers), run: apt(zipped, { isUpdated: true }) }));
    expect(calls).toEqual([
      'https://first.example/train-images.gz',
      'https://second.example/train-images.gz',
      'https://second.example/train-labels.gz',
      'apt-get download',
      'dpkg-deb -x',
    ]);
    expect((await readdir(cache)).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
  });

  it('updates the package lists if it is necessary and allowed', async () => {
    expectContents(await find({ run: apt(zipped, { isUpdated: false }), isRoot: true }));
    expect(calls.slice(2)).toEqual(['apt-get download', 'apt-get update', 'apt-get download', 'dpkg-deb -x']);
  });

  it('does not update the package lists without root', async () => {
    await expect(find({ run: apt(zipped, { isUpdated: false }) })).rejects.toThrow('E: Unable to locate package');
    expect(calls.slice(2)).toEqual(['apt-get download']);
  });

  it('renames a wrong file in the cache, and downloads the right one', async () => {
    await writeFiles(cache, { ...zipped, 'train-images.gz': wrong });
    const answers = { 'https://first.example/train-images.gz': zipped['train-images.gz']! };
    expectContents(await find({ fetch: network(answers) }));
    const aside = `train-images.gz.rejected-${sha256Of(wrong).slice(0, 8)}`;
    expect((await readdir(cache)).sort()).toEqual(['train-images.gz', aside, 'train-labels.gz']);
    expect(gunzipSync(await readFile(path.join(cache, aside))).toString()).toBe('something else');
    expect(gunzipSync(await readFile(path.join(cache, 'train-images.gz'))).toString()).toBe('one');
  });

  it("neither uses nor moves a wrong file of the system's folder", async () => {
    await writeFiles(dataset.systemFolder, { ...zipped, 'train-images.gz': wrong });
    const answers = { 'https://first.example/train-images.gz': zipped['train-images.gz']! };
    expectContents(await find({ fetch: network(answers) }));
    expect(new Uint8Array(await readFile(path.join(dataset.systemFolder, 'train-images.gz')))).toEqual(
      new Uint8Array(wrong),
    );
    expect(await readdir(dataset.systemFolder)).toHaveLength(2);
  });

  it('does not use a wrong, truncated or damaged download, and renames it', async () => {
    const cut = zipped['train-images.gz']!.subarray(0, 15);
    const answers = { 'https://first.example/train-images.gz': wrong, 'https://second.example/train-images.gz': cut };
    expectContents(await find({ fetch: network(answers), run: apt(zipped, { isUpdated: true }) }));
    expect((await readdir(cache)).filter((name) => name.includes('.rejected-'))).toHaveLength(2);
  });

  it('lists every source with its failure, and what to do, if all fail', async () => {
    await writeFiles(cache, { 'train-labels.gz': zipped['train-labels.gz']! });
    await writeFiles(dataset.systemFolder, { 'train-images.gz': wrong });
    const error = await find().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: 'UserError' });
    const lines = (error as Error).message.split('\n');
    expect(lines[0]).toBe('no source has train-images of tiny; tried in this order:');
    expect(lines[1]).toBe(`  - the cache ${cache}: no train-images there`);
    expect(lines[2]).toMatch(
      /^ {2}- the folder .*system: wrong file: .*train-images\.gz: found SHA-256 .*; the file was not used and not changed$/,
    );
    expect(lines[3]).toBe('  - https://first.example/: fetch failed: getaddrinfo ENOTFOUND');
    expect(lines[4]).toBe('  - https://second.example/: fetch failed: getaddrinfo ENOTFOUND');
    expect(lines[5]).toBe('  - apt-get download dataset-tiny: the program apt-get is not installed');
    expect(lines[6]).toContain('--dataset DIR');
    expect(lines).toHaveLength(7);
    expect(await readdir(cache)).toEqual(['train-labels.gz']);
  });

  it('gives up on a publisher that does not answer or stops sending', async () => {
    const silent: typeof fetch = (input, init) =>
      new Promise((resolve, reject) => {
        if (String(input).startsWith('https://second')) {
          // Sends three bytes and then nothing.
          resolve(new Response(new ReadableStream({ start: (stream) => stream.enqueue(Uint8Array.of(31, 139, 8)) })));
          return;
        }
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const error = await find({ fetch: silent, answerMs: 30 }).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toContain('https://first.example/: no answer within 0.03 s');
    expect((error as Error).message).toContain('https://second.example/: no answer within 0.03 s');
    expect(await readdir(cache)).toEqual([]);
  });

  it('may run in two processes at once', async () => {
    const answers = Object.fromEntries(
      Object.entries(zipped).map(([name, bytes]) => [`https://first.example/${name}`, bytes]),
    );
    const all = await Promise.all([1, 2, 3].map(() => find({ fetch: network(answers) })));
    all.forEach(expectContents);
    expect((await readdir(cache)).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
  });

  it('removes temporary files of a process that has ended, whatever their age, and no others', async () => {
    // No process has the largest id.
    const ended = processMark().replace(/-\d+-\d+$/, '-4194304-1');
    const names = [`a.${ended}-1.part`, `b.${processMark()}-1.part`, 'c.part'];
    await writeFiles(cache, Object.fromEntries(names.map((name) => [name, 'half'])));
    for (const name of [`apt-${ended}-x`, `apt-${processMark()}-x`]) await mkdir(path.join(cache, name));
    // A clock that was in 1970 when they were written.
    for (const name of await readdir(cache)) await utimes(path.join(cache, name), 1, 1);
    await find().catch(() => undefined);
    expect((await readdir(cache)).sort()).toEqual([`apt-${processMark()}-x`, names[1], names[2]].sort());
  });

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'the file system is read-only'],
  ])('says that the cache cannot be written to, once, and keeps nothing: %s', async (code, reason) => {
    const answers = Object.fromEntries(
      Object.entries(zipped).map(([name, bytes]) => [`https://first.example/${name}`, bytes]),
    );
    const error = Object.assign(new Error(`${code}: from the test`), { code });
    const write = vi.spyOn(fs, 'write').mockImplementation((...args: unknown[]) => {
      (args.at(-1) as (error: Error) => void)(error);
    });
    const failure = await find({ fetch: network(answers) }).catch((thrown: unknown) => thrown);
    expect(write).toHaveBeenCalled();
    vi.restoreAllMocks();
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as Error).message).toBe(
      `cannot write to the cache, ${cache}: ${reason} (${code}: from the test); free some space there, or set ` +
        'FITTING_ROOM_CACHE to another folder',
    );
    expect(calls).toEqual(['https://first.example/train-images.gz']);
    expect(await readdir(cache)).toEqual([]);
    expectContents(await find({ fetch: network(answers) }));
  });

  it('reports the cache folder and what to do if it cannot be created', async () => {
    vi.stubEnv('FITTING_ROOM_CACHE', path.join(dataset.systemFolder, 'train-labels.gz'));
    await writeFiles(dataset.systemFolder, { 'train-labels.gz': zipped['train-labels.gz']! });
    await expect(find()).rejects.toThrow(/cannot create the cache folder .*set FITTING_ROOM_CACHE to another folder/);
  });
});
