import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCommits } from '../../src/git/commit-graph.ts';
import { commit, makeRepository } from '../fixtures/repository.ts';

const UNKNOWN = 'f'.repeat(40);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-commits-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('reads commits with their ancestors, parents before children', async () => {
  const [first, second] = makeRepository(folder);
  const third = commit(folder, 'three\tof "all"');
  expect([...(await readCommits([third], folder))]).toEqual([
    [first, { parents: [], subject: 'one' }],
    [second, { parents: [first], subject: 'two' }],
    [third, { parents: [second], subject: 'three\tof "all"' }],
  ]);
  expect([...(await readCommits([first], folder)).keys()]).toEqual([first]);
});

test('leaves out commits that git does not know, and texts that are not hashes', async () => {
  const [first] = makeRepository(folder);
  expect([...(await readCommits([UNKNOWN, first, '--all', 'main', ''], folder)).keys()]).toEqual([first]);
  expect(await readCommits([UNKNOWN], folder)).toEqual(new Map());
  expect(await readCommits([], folder)).toEqual(new Map());
});

test('is empty outside a checkout', async () => {
  expect(await readCommits([UNKNOWN], folder)).toEqual(new Map());
  expect(await readCommits([UNKNOWN], path.join(folder, 'missing'))).toEqual(new Map());
});

test('reads the commits of a shallow clone', async () => {
  const source = path.join(folder, 'source');
  execFileSync('git', ['init', '--quiet', source]);
  const commits = ['one', 'two', 'three'].map((message) => commit(source, message));
  const clone = path.join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', '--depth', '2', pathToFileURL(source).href, clone]);
  expect([...(await readCommits(commits, clone)).keys()]).toEqual(commits.slice(1));
});
