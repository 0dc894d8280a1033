import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNames, tipNotes } from '../../../src/commits/compare/parse-range.ts';
import { CHECKED_OUT, commitToMeasure, createResolver } from '../../../src/commits/compare/resolve-name.ts';
import { saveBaseline } from '../../../src/commits/compare/save-baseline.ts';
import { recordsOf } from '../../../src/commits/compare/select-records.ts';
import { resolveCommit } from '../../../src/git/commit.ts';
import { recordPath } from '../../../src/results/path.ts';
import { readRecords } from '../../../src/results/read.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import { writeRecord } from '../../../src/results/write.ts';
import { makeRecord, type RecordShape } from '../../fixtures/records.ts';
import { commit, git, makeRepository } from '../../fixtures/repository.ts';

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

describe('names as git has them', () => {
  const names = (first?: string, second?: string) => parseNames(first, second, folder);
  let topic: string;
  let tip: string;

  beforeEach(() => {
    git(folder, 'checkout', '--quiet', '-b', 'topic');
    topic = commit(folder, 'on the topic');
    git(folder, 'checkout', '--quiet', 'main');
    tip = commit(folder, 'on main');
    git(folder, 'checkout', '--quiet', 'topic');
  });

  it('are two, or a range; without an end, the checked-out code', async () => {
    expect(await names('v1', 'main')).toEqual({ before: 'v1', after: 'main' });
    expect(await names('v1')).toEqual({ before: 'v1', after: CHECKED_OUT });
    expect(await names('v1..main')).toEqual({ before: 'v1', after: 'main' });
    expect(await names('v1..')).toEqual({ before: 'v1', after: CHECKED_OUT });
    expect(await names('..main')).toEqual({ before: 'HEAD', after: 'main' });
    expect(await names('main...topic')).toEqual({ before: 'main...topic', after: 'topic' });
    expect(await names('main...')).toEqual({ before: 'main...', after: CHECKED_OUT });
    expect(await names('../results')).toEqual({ before: '../results', after: CHECKED_OUT });
    expect(await names('a/../b')).toEqual({ before: 'a/../b', after: CHECKED_OUT });
    await expect(names('v1..main', 'topic')).rejects.toThrow(/^v1\.\.main names both commits; leave out topic/);
  });

  it('with three dots between them stand for the merge base', async () => {
    const base = commits[1].slice(0, 8);
    expect(await resolve('main...topic')).toEqual([`main...topic (${base})`, ['cnn']]);
    expect(await resolve('main...')).toEqual([`main... (${base})`, ['cnn']]);
  });

  it('default to the merge base with the main branch, or with the upstream where that is another branch', async () => {
    expect(await names()).toEqual({ before: 'main...', after: CHECKED_OUT });
    git(folder, 'branch', 'other', 'v1');
    git(folder, 'branch', '--quiet', '--set-upstream-to', 'other');
    expect(await names()).toEqual({ before: 'other...', after: CHECKED_OUT });
    expect((await resolve('@{u}'))[0]).toMatch(new RegExp(`^@\\{u\\} \\(${commits[0].slice(0, 8)}`));
    git(folder, 'branch', '--unset-upstream');
    await expect(resolve('@{u}')).rejects.toThrow(/git says: no upstream configured/);
    git(folder, 'checkout', '--quiet', 'main');
    await expect(names()).rejects.toThrow(/^nothing to compare with \(HEAD has no commit that main lacks/);
  });

  it('of a branch mean its tip, and that is said where HEAD lacks commits of it', async () => {
    expect(await resolveCommit('main', folder)).toMatchObject({ hash: tip });
    expect(await tipNotes({ before: 'main', after: CHECKED_OUT }, folder)).toEqual([
      `main is the tip of the branch, with 1 commit that HEAD lacks; main... names the merge base, ${commits[1].slice(0, 8)}`,
    ]);
    for (const before of ['main...', 'v1', topic, 'topic', 'topic~1']) {
      expect(await tipNotes({ before, after: CHECKED_OUT }, folder)).toEqual([]);
    }
  });

  it('of a branch and a tag are refused, with both ways to write them', async () => {
    git(folder, 'branch', 'v1', 'main');
    await expect(resolve('v1')).rejects.toThrow(
      'ambiguous name: "v1" is a branch and a tag; write heads/v1 for the branch, tags/v1 for the tag',
    );
    await expect(resolve('v1~0')).rejects.toThrow(/^ambiguous name: "v1"/);
    expect((await resolve('tags/v1'))[0]).toBe(`tags/v1 (${commits[0].slice(0, 8)})`);
    await expect(resolve('heads/v1')).rejects.toThrow(`no records of heads/v1 (${tip.slice(0, 8)})`);
    git(folder, 'tag', 'same', 'main');
    git(folder, 'branch', 'same', 'main');
    await expect(resolve('same')).rejects.toThrow(/^no records of same/);
  });

  it('of a branch and a folder of records are refused, with both ways to write them', async () => {
    git(folder, 'branch', 'results', 'v1');
    const before = process.cwd();
    process.chdir(folder);
    try {
      const resolver = createResolver({ results: 'results', checkout: folder });
      await expect(resolver('results')).rejects.toThrow(
        'ambiguous name: "results" is a folder of records and a commit; write ./results for the folder, heads/results ' +
          'for the branch or tags/results for the tag',
      );
      expect((await resolver('./results')).selection.kind).toBe('newest');
      expect((await resolver('heads/results')).selection.name).toBe(`heads/results (${commits[0].slice(0, 8)})`);
      await expect(commitToMeasure('results', { results: 'results', checkout: folder })).rejects.toThrow(/^ambiguous/);
    } finally {
      process.chdir(before);
    }
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
