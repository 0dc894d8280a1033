import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepRecord, MOST_REPEATS } from '../../src/results/keep-record.ts';
import { readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { remarksOnRepeats } from '../../src/run/repeat-remarks.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;
const keep = (record: FitRecord, most?: number) => {
  return keepRecord({ file: path.join(folder, 'cnn-s0.json'), record }, most === undefined ? {} : { most });
};
/** Day and status of each record, by file. */
async function kept(): Promise<Record<string, string>> {
  const { records } = await readRecords(folder);
  return Object.fromEntries(
    records.map(({ file, record }) => [
      path.basename(file),
      `${record.startedAt.slice(8, 10)} ${record.status} ${record.repeat}`,
    ]),
  );
}

describe('a finished record', () => {
  it('stays when a later run times out, which is kept next to it until a run finishes', async () => {
    await keep(makeRecord({ startedAt: day(1) }));
    const failed = makeFailedRecord({ startedAt: day(2) }, { status: 'timed-out' });
    const result = await keep(failed);
    expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1', 'cnn-s0-r2.json': '02 timed-out 2' });
    expect(remarksOnRepeats(failed, result)).toEqual(['the finished record stays; this run is kept as repeat 2']);
    await keep(makeFailedRecord({ startedAt: day(3) }));
    expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1', 'cnn-s0-r2.json': '03 failed 2' });
    await keep(makeRecord({ startedAt: day(4) }));
    expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1', 'cnn-s0-r2.json': '04 ok 2' });
  });

  it('stays when the user stops a later run, which is not kept', async () => {
    await keep(makeRecord({ startedAt: day(1) }));
    const stopped = makeFailedRecord({ startedAt: day(2) }, { status: 'aborted' });
    const result = await keep(stopped);
    expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1' });
    expect(remarksOnRepeats(stopped, result)).toEqual(['the earlier record stays; this run is not kept']);
  });

  it('is joined by the runs of later nights, at most ten, of which the oldest is replaced', async () => {
    for (let night = 1; night <= MOST_REPEATS; night++) await keep(makeRecord({ startedAt: day(night) }));
    await keep(makeFailedRecord({ startedAt: day(11) }));
    expect(await kept()).toMatchObject({ 'cnn-s0.json': '01 ok 1', 'cnn-s0-r11.json': '11 failed 11' });
    const record = makeRecord({ startedAt: day(12) });
    const result = await keep(record);
    const after = await kept();
    expect(after).toMatchObject({
      'cnn-s0.json': '12 ok 1',
      'cnn-s0-r2.json': '02 ok 2',
      'cnn-s0-r10.json': '10 ok 10',
    });
    expect(Object.keys(after)).toHaveLength(MOST_REPEATS);
    expect(remarksOnRepeats(record, result)).toEqual([
      'kept as repeat 1 of this fit, in place of the oldest, of 2026-01-01',
    ]);
    expect(await keep(makeRecord({ startedAt: day(1) }))).toBeNull();
  });

  it('is written once when the same run is kept twice', async () => {
    await keep(makeRecord({ startedAt: day(1) }));
    await keep(makeRecord({ startedAt: day(1) }));
    expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1' });
  });

  it('replaces the finished one where only one is kept', async () => {
    await keep(makeRecord({ startedAt: day(1) }), 1);
    await keep(makeFailedRecord({ startedAt: day(2) }), 1);
    expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1', 'cnn-s0-r2.json': '02 failed 2' });
    await keep(makeRecord({ startedAt: day(3) }), 1);
    expect(await kept()).toEqual({ 'cnn-s0.json': '03 ok 1' });
  });
});

it('keeps all repeats of one command, however many, and a failure among them', async () => {
  for (let repeat = 1; repeat <= 12; repeat++) {
    const shape = { repeat, startedAt: day(repeat) };
    const record = repeat === 3 ? makeFailedRecord(shape) : makeRecord(shape);
    await keepRecord({ file: path.join(folder, `cnn-s0${repeat === 1 ? '' : `-r${repeat}`}.json`), record });
  }
  const all = await kept();
  expect(Object.keys(all)).toHaveLength(12);
  expect(all['cnn-s0-r3.json']).toBe('03 failed 3');
});

it('says when a repeat of the same code and seed predicts other labels', async () => {
  const first = makeRecord({ startedAt: day(1) });
  await keep(first);
  const second = makeRecord({ startedAt: day(2), accuracy: 0.5 });
  expect(remarksOnRepeats(second, await keep(second))).toEqual([
    'kept as repeat 2 of this fit',
    'the predictions differ from those of repeat 1, of 2026-01-01, with the same code and seed: npm run rerun names what differs',
  ]);
});

it('takes the place of a file that cannot be read, names it, and leaves the records of other fits alone', async () => {
  writeFileSync(path.join(folder, 'cnn-s0.json'), '{"schemaVersion"');
  writeFileSync(path.join(folder, 'cnn-s0-quick.json'), 'another fit');
  const problems: string[] = [];
  const record = makeRecord({ startedAt: day(1) });
  await keepRecord({ file: path.join(folder, 'cnn-s0.json'), record }, { unreadable: (text) => problems.push(text) });
  expect(problems).toEqual([expect.stringContaining('cnn-s0.json: not JSON, or truncated')]);
  expect(readdirSync(folder).sort()).toEqual(['cnn-s0-quick.json', 'cnn-s0.json']);
  expect(await kept()).toEqual({ 'cnn-s0.json': '01 ok 1' });
});
