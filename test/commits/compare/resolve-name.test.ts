import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResolver } from '../../../src/commits/compare/resolve-name.ts';
import { saveBaseline } from '../../../src/commits/compare/save-baseline.ts';
import { recordsOf } from '../../../src/commits/compare/select-records.ts';
import { recordPath } from '../../../src/results/path.ts';
import { readRecords } from '../../../src/results/read.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import { writeRecord } from '../../../src/results/write.ts';
import { makeRecord, type RecordShape } from '../../fixtures/records.ts';
import { commit, makeRepository } from '../../fixtures/repository.ts';

let folder: string;
let commits: [first: string, second: string];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-resolve-'));
  commits = makeRepository(folder);
  await put({ model: 'cnn', commit: commits[0] });
  await put({ model: 'knn', commit: commits[0] });
  await put({ model: 'cnn', commit: commits[1] });
});
afterEach(() => rm(folder, { recursive: true }));

const results = () => path.join(folder, 'results');

async function put(shape: RecordShape, dirty = false, out = results()): Promise<FinishedRecord> {
  const made = makeRecord(shape);
  const record = { ...made, git: { ...made.git!, dirty } };
  await writeRecord(recordPath(out, record), record);
  return record;
}

/** What a name stands for: the name of the selection, and its models. */
async function resolve(name?: string): Promise<[string, string[]]> {
  const { selection, entries } = await createResolver({ results: results(), checkout: folder })(name);
  return [selection.name, recordsOf(entries, selection).map(({ record }) => record.model.id)];
}

describe('a name', () => {
  it.each([
    ['a tag', 'v1', 0, ['cnn', 'knn']],
    ['a branch', 'main', 1, ['cnn']],
    ['an expression of git', 'main~1', 0, ['cnn', 'knn']],
  ] as const)('may be %s', async (_, name, at, models) => {
    expect(await resolve(name)).toEqual([`${name} (${commits[at].slice(0, 8)})`, models]);
  });

  it('may be the start of a hash that git or only the records know', async () => {
    const short = commits[0].slice(0, 8);
    expect(await resolve(short.slice(0, 7))).toEqual([short, ['cnn', 'knn']]);
    await put({ model: 'svm', commit: '0'.repeat(40) });
    expect(await resolve('000000')).toEqual(['00000000', ['svm']]);
  });

  it('may be the work tree: fits of the checked-out commit with uncommitted changes', async () => {
    await expect(resolve('dirty')).rejects.toThrow(/^no records of .{8} with uncommitted changes; these have records:/);
    await put({ model: 'mlp', commit: commits[1] }, true);
    expect(await resolve('dirty')).toEqual([`${commits[1].slice(0, 8)} with uncommitted changes`, ['mlp']]);
    expect(await resolve('main')).toEqual([`main (${commits[1].slice(0, 8)})`, ['cnn']]);
  });

  it('may be a folder of records; the folder of all records stands for the newest', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    await put({ model: 'svm' }, false, elsewhere);
    expect(await resolve(elsewhere)).toEqual([elsewhere, ['svm']]);
    const { selection } = await createResolver({ results: results(), checkout: folder })(`${results()}/`);
    expect(selection.kind).toBe('newest');
  });

  it('is a branch where a folder of that name has no records', async () => {
    const before = process.cwd();
    await mkdir(path.join(folder, 'main'));
    await writeFile(path.join(folder, 'main', 'package.json'), '{}');
    process.chdir(folder);
    try {
      expect((await resolve('main'))[0]).toMatch(/^main \(/);
    } finally {
      process.chdir(before);
    }
  });

  it('may be omitted and then stands for the newest records', async () => {
    expect((await resolve())[0]).toBe('the newest records');
  });

  it('is never an option of git', async () => {
    await expect(resolve('--all')).rejects.toThrow(/unknown commit, folder of records or baseline: "--all"/);
  });

  it('that is unknown is refused with a list of what has records', async () => {
    const [first, second] = commits.map((hash) => hash.slice(0, 8));
    await expect(resolve('nothing')).rejects.toThrow(
      'unknown commit, folder of records or baseline: "nothing"; these have records:\n' +
        `  ${[`${first}, 2026-01-01, 2 models`, `${second}, 2026-01-01, 1 model`].sort().join('\n  ')}\n` +
        'no baseline is saved',
    );
    await expect(resolve(commit(folder, 'three'))).rejects.toThrow(/^no records of .{8}; these have records/);
  });
});

describe('a baseline', () => {
  const save = async (name: string, of?: string, force = false) => {
    const resolved = await createResolver({ results: results(), checkout: folder })(of);
    return saveBaseline(name, resolved, { results: results(), force });
  };

  it('keeps records under a name, separate from all others', async () => {
    expect(await save('good', 'v1')).toEqual({ folder: path.join(results(), '.baselines', 'good'), records: 2 });
    expect(await resolve('good')).toEqual(['baseline good', ['cnn', 'knn']]);
    expect((await readRecords(results())).records).toHaveLength(3);
    await expect(resolve('nothing')).rejects.toThrow(/saved baselines: good$/);
  });

  it('is replaced with --force, and leaves no other files', async () => {
    await save('good', 'v1');
    await expect(save('good', 'main')).rejects.toThrow('the baseline "good" exists already; --force replaces it');
    await save('good', 'main', true);
    expect(await resolve('good')).toEqual(['baseline good', ['cnn']]);
    expect(await readdir(path.join(results(), '.baselines'))).toEqual(['good']);
  });

  it('holds the newest of each fit, on each machine', async () => {
    await put({ model: 'cnn', commit: commits[1], machine: 'other' });
    expect(await save('all')).toMatchObject({ records: 3 });
  });

  it.each(['../out', '.hidden', '', 'a/b', 'dirty', '-x'])('cannot be called %j', async (name) => {
    await expect(save(name)).rejects.toThrow(/^invalid name of a baseline/);
  });

  it('is ambiguous if a commit with records has its name', async () => {
    await save('v1');
    await expect(resolve('v1')).rejects.toThrow(/^ambiguous name: "v1" is a commit and a saved baseline/);
    expect((await resolve(path.join(results(), '.baselines', 'v1')))[1]).toHaveLength(2);
  });
});
