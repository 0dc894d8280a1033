import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { adoptAll, inboxOf, placeOf, repeatFolder } from '../../../src/commits/measure/inbox.ts';
import { recordPath } from '../../../src/results/path.ts';
import { readRecord, readRecords } from '../../../src/results/read.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { writeRecord } from '../../../src/results/write.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

let out: string;
let inbox: string;

beforeEach(async () => {
  const folder = await temporaryFolder();
  vi.stubEnv('FITTING_ROOM_CACHE', path.join(folder, 'cache'));
  out = path.join(folder, 'results');
  inbox = inboxOf('0123456789abcdef', out);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Writes a record as bench of another commit does. */
async function leave(record: FitRecord, repeat = 1, variant?: string): Promise<void> {
  await writeRecord(recordPath(repeatFolder(inbox, repeat), { ...record, variant }), record);
}

async function adoptedFiles(): Promise<string[]> {
  const { records } = await readRecords(out);
  return records.map(({ file }) => path.basename(file));
}

describe('records of another commit', () => {
  test('get the names of this code, keep their variant, and get their repeat from their folder', async () => {
    const record = makeRecord({ model: 'knn', seed: 1 });
    await leave(record);
    await leave({ ...record, startedAt: '2026-02-01T00:00:00Z' }, 2);
    await leave(record, 2, 'quick');
    await leave(record, 12, 'quick-1a2b3c');
    const { records, problems } = await adoptAll(inbox, { out, machine: makeRecord().machine });
    expect(records.map(({ repeat }) => repeat).sort()).toEqual([1, 12, 2, 2]);
    expect(problems).toEqual([]);
    expect((await adoptedFiles()).sort()).toEqual([
      'knn-s1-quick-1a2b3c-r12.json',
      'knn-s1-quick-r2.json',
      'knn-s1-r2.json',
      'knn-s1.json',
    ]);
    expect(existsSync(path.dirname(inbox))).toBe(false);
  });

  test('keep the variant in their file name', () => {
    const record = makeRecord({ model: 'knn', seed: 1 });
    const file = (name: string) => path.basename(placeOf({ file: `/x/${name}.json`, record }, out, 3).file);
    expect(file('knn-s1')).toBe('knn-s1-r3.json');
    expect(file('knn-s1-quick')).toBe('knn-s1-quick-r3.json');
    const second = { ...record, repeat: 2 };
    expect(path.basename(placeOf({ file: '/x/knn-s1-quick-r2.json', record: second }, out, 1).file)).toBe(
      'knn-s1-quick.json',
    );
  });

  test('are kept next to earlier finished ones, once', async () => {
    const there = makeRecord({ startedAt: '2026-01-01T00:00:00Z' });
    await writeRecord(recordPath(out, there), there);
    await leave(there);
    await leave(makeRecord({ startedAt: '2026-02-01T00:00:00Z' }), 2);
    await leave(makeRecord({ startedAt: '2026-03-01T00:00:00Z' }), 3);
    await adoptAll(inbox, { out, machine: makeRecord().machine });
    await leave(makeRecord({ startedAt: '2026-04-01T00:00:00Z' }));
    const { records } = await adoptAll(inbox, { out, machine: makeRecord().machine });
    expect(records.map(({ repeat }) => repeat)).toEqual([4]);
    expect(await adoptedFiles()).toEqual(['cnn-s0-r2.json', 'cnn-s0-r3.json', 'cnn-s0-r4.json', 'cnn-s0.json']);
    expect(await readRecord(recordPath(out, there))).toEqual(there);
    expect(existsSync(inbox)).toBe(false);
  });

  test('of failed fits are kept; of stopped fits only if there is no other record', async () => {
    const stopped = makeFailedRecord({ model: 'svm', startedAt: '2026-03-01T00:00:00Z' }, { status: 'aborted' });
    await leave(makeFailedRecord({ model: 'knn' }));
    await leave(stopped);
    expect((await adoptAll(inbox, { out, machine: makeRecord().machine })).records.map(({ status }) => status)).toEqual(
      ['failed', 'aborted'],
    );
    const finished = makeRecord({ model: 'svm' });
    await writeRecord(recordPath(out, finished), finished);
    await leave(stopped);
    expect((await adoptAll(inbox, { out, machine: makeRecord().machine })).records).toEqual([]);
    expect(await readRecord(recordPath(out, finished))).toMatchObject({ status: 'ok' });
  });

  test('that cannot be read stay in the inbox and are named; the others are kept', async () => {
    await leave(makeRecord());
    const bad = path.join(repeatFolder(inbox, 1), 'bad.json');
    writeFileSync(bad, '{"schemaVersion": 99}');
    const { records, problems } = await adoptAll(inbox, { out, machine: makeRecord().machine });
    expect(records).toHaveLength(1);
    expect(problems).toEqual([{ file: bad, message: expect.stringContaining('schema version 99 is newer') }]);
    expect(existsSync(bad)).toBe(true);
  });

  test('that are incomplete are ignored, and so are other folders', async () => {
    await leave(makeRecord());
    writeFileSync(path.join(repeatFolder(inbox, 1), '.half.tmp'), '{');
    mkdirSync(path.join(inbox, 'other'));
    expect((await adoptAll(inbox, { out, machine: makeRecord().machine })).records).toHaveLength(1);
    expect(await adoptAll(inbox, { out, machine: makeRecord().machine })).toEqual({ records: [], problems: [] });
  });
});

test('every folder of records has its own inbox', async () => {
  expect(inboxOf('0123456789abcdef', out)).not.toBe(inboxOf('0123456789abcdef', `${out}2`));
  expect(inboxOf('0123456789abcdef', path.relative(process.cwd(), out))).toBe(inbox);
  const other = path.join(out, '..', 'other');
  await leave(makeRecord());
  await adoptAll(inboxOf('0123456789abcdef', other), { out: other, machine: makeRecord().machine });
  expect(readdirSync(inbox)).toEqual(['r1']);
});
