import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFitLog, writeFitLog } from '../../src/run/fit-log.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

it('keeps lines with their control characters visible', () => {
  const log = createFitLog();
  expect(log.add(['a\u001b[31mb', 'c\r'])).toEqual(['a\\u001b[31mb', 'c']);
  expect(log.text()).toBe('a\\u001b[31mb\nc\n');
});

it('leaves out the middle of a long text, and the end of a long line', () => {
  const log = createFitLog(400);
  log.add(Array.from({ length: 1000 }, (_, i) => `line ${i}`));
  const lines = log.text().split('\n');
  expect(lines.slice(0, 2)).toEqual(['line 0', 'line 1']);
  expect(lines.slice(-2)).toEqual(['line 999', '']);
  // 26 lines are at most 200 bytes with their line breaks, and so are 22 of the last.
  expect(lines).toContain('[952 lines are left out here]');
  expect(log.text().length).toBeLessThan(450);
  expect(log.last(2)).toEqual(['line 998', 'line 999']);
  log.add(['x'.repeat(50_000)]);
  expect(log.last(1)[0]).toBe(`${'x'.repeat(10_000)} ... (50000 characters)`);
});

it('has no lines of TensorFlow about itself', () => {
  const log = createFitLog();
  const notice =
    '2026-01-01 00:00:00.1: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on. You may see';
  expect(log.add([notice, 'mine'])).toEqual(['mine']);
});

it('is a file next to the record, which is removed when the next fit prints nothing', async () => {
  const folder = path.join(await temporaryFolder(), 'commit');
  await mkdir(folder);
  const record = path.join(folder, 'mine-s1.json');
  const log = createFitLog();
  log.add(['one']);
  const file = await writeFitLog(record, log);
  expect(file).toBe(path.join(folder, 'mine-s1.log'));
  expect(await readFile(file!, 'utf8')).toBe('one\n');
  await writeFile(record, '{}');
  expect(await writeFitLog(record, createFitLog())).toBeNull();
  await expect(readFile(file!)).rejects.toThrow('ENOENT');
  expect(await readFile(record, 'utf8')).toBe('{}');
});
