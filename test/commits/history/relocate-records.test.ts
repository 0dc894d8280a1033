import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { relocateRecords } from '../../../src/commits/history/relocate-records.ts';
import { withCodeIndex } from '../../../src/fitted/code-index.ts';
import { currentCodes, sourceKey } from '../../../src/fitted/model-code.ts';
import { reachableCommits } from '../../../src/git/commit-graph.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { commit, git } from '../../fixtures/repository.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeToyProject, type ToyProject } from '../measure/toy-project.ts';

let toy: ToyProject;

beforeEach(async () => {
  toy = makeToyProject(await temporaryFolder());
  return () => vi.unstubAllEnvs();
});

/** A record of the toy's model as it is on disk now. */
async function recordOf(hash: string, dirty = false) {
  const code = (await currentCodes(['knn'], toy.folder)).get(sourceKey('knn', 'cpu'))!;
  const record = makeRecord({ model: 'knn', commit: hash });
  const { codeHash } = code;
  return { ...record, git: { ...record.git!, dirty }, model: { ...record.model, codeHash } };
}

async function relocate(...records: Awaited<ReturnType<typeof recordOf>>[]) {
  const commits = await reachableCommits(toy.folder);
  return withCodeIndex(toy.folder, (index) => relocateRecords(records, commits, index));
}

function edit(): void {
  writeFileSync(path.join(toy.folder, 'models/knn.ts'), 'export const edited = 1;\n');
}

test('a record of uncommitted changes is shown at the commit that they became', async () => {
  edit();
  const dirty = await recordOf(toy.second, true);
  expect(await relocate(dirty)).toEqual({ records: [dirty], notes: [] });
  git(toy.folder, 'add', '.');
  const third = commit(toy.folder, 'edit');
  commit(toy.folder, 'documents');
  const { records, notes } = await relocate(dirty);
  expect(records[0]!.git).toMatchObject({ commit: third, dirty: false });
  expect(notes).toEqual([
    `knn: measured at ${toy.second.slice(0, 8)} with uncommitted changes, shown at ${third.slice(0, 8)}, ` +
      'which has the same code',
  ]);
});

test('a record of a commit that was amended is shown at the new one; others stay where they are', async () => {
  const record = await recordOf(toy.second);
  expect(await relocate(record)).toEqual({ records: [record], notes: [] });
  git(toy.folder, 'commit', '--quiet', '--amend', '--message', 'amended');
  const amended = git(toy.folder, 'rev-parse', 'HEAD');
  const { records } = await relocate(record, await recordOf('f'.repeat(40)));
  expect(records.map((one) => one.git!.commit)).toEqual([amended, amended]);
  const other = { ...record, model: { ...record.model, codeHash: 'a'.repeat(64) } };
  expect((await relocate(other)).records).toEqual([other]);
});
