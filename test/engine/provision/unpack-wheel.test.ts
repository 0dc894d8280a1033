import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRecord, readManifest, unpackWheel } from '../../../src/engine/provision/unpack-wheel.ts';
import { buildWheel, type WheelLies } from '../../fixtures/wheel.ts';

const files = { 'pkg/lib/libone.so.2': 'one'.repeat(1000), 'pkg/include/a.h': '#pragma once', 'pkg/python.py': 'pass' };
const rules = [
  { from: /^pkg\/lib\/(libone\.so\.2)$/, to: 'lib/$1' },
  { from: /^pkg\/include\/(.+)$/, to: 'include/$1' },
];
let folder: string;
let wheel: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'unpack-'));
  wheel = path.join(folder, 'fake.whl');
  target = path.join(folder, 'cache', 'fake-1.0');
});
afterEach(() => rm(folder, { recursive: true }));

const unpack = async (lies: WheelLies = {}, bytes?: (whole: Buffer) => Buffer) => {
  const whole = buildWheel(files, lies);
  await writeFile(wheel, bytes ? bytes(whole) : whole);
  return unpackWheel({ wheel, rules, target });
};
const leftInCache = () => readdir(path.dirname(target));

it('unpacks the entries that match a rule and lists their sizes', async () => {
  const manifest = await unpack();
  expect(manifest).toEqual({ 'lib/libone.so.2': 3000, 'include/a.h': 12 });
  expect(await readFile(path.join(target, 'lib/libone.so.2'), 'utf8')).toBe(files['pkg/lib/libone.so.2']);
  expect(await readManifest(target)).toEqual(manifest);
  expect((await readdir(target)).sort()).toEqual(['include', 'lib', 'manifest.json']);
});

it('rejects a file that differs from its RECORD, and leaves nothing behind', async () => {
  const wrong = 'A'.repeat(43);
  await expect(unpack({ digests: { 'pkg/lib/libone.so.2': wrong } })).rejects.toThrow(
    new RegExp(`libone\\.so\\.2 has 3000 bytes and SHA-256 .*; its RECORD says 3000 and ${wrong}`),
  );
  expect(await leftInCache()).toEqual([]);
});

it('rejects a truncated wheel', async () => {
  await expect(unpack({}, (whole) => whole.subarray(0, whole.length - 100))).rejects.toThrow(
    /fake\.whl: .*; the file is damaged/i,
  );
  expect(await leftInCache()).toEqual([]);
});

it('rejects a wheel with a changed byte', async () => {
  const flip = (whole: Buffer): Buffer => {
    whole[500]! ^= 1;
    return whole;
  };
  await expect(unpack({}, flip)).rejects.toThrow(/fake\.whl: .*; the file is damaged/);
});

it('rejects a file that is not in RECORD', async () => {
  await expect(unpack({ unrecorded: ['pkg/include/a.h'] })).rejects.toThrow('pkg/include/a.h is not in its RECORD');
});

it('rejects a zip file without a RECORD', async () => {
  await expect(unpack({ withoutRecord: true })).rejects.toThrow('it has no RECORD, so it is not a wheel');
});

it('rejects a wheel without an entry for a rule', async () => {
  await writeFile(wheel, buildWheel(files));
  const missing = [...rules, { from: /^pkg\/libtwo$/, to: 'x' }];
  await expect(unpackWheel({ wheel, rules: missing, target })).rejects.toThrow('no entry matches ^pkg\\/libtwo$');
});

it('keeps the existing folder if unpacking fails', async () => {
  const before = await unpack();
  await expect(unpack({ digests: { 'pkg/include/a.h': 'B'.repeat(43) } })).rejects.toThrow('a.h has 12 bytes');
  expect(await readManifest(target)).toEqual(before);
});

it('replaces a damaged folder', async () => {
  await unpack();
  await truncate(path.join(target, 'lib/libone.so.2'), 10);
  expect(await readManifest(target)).toBeNull();
  await unpack();
  expect(await readManifest(target)).toEqual({ 'lib/libone.so.2': 3000, 'include/a.h': 12 });
});

it('returns null as the manifest of a missing folder', async () => {
  expect(await readManifest(target)).toBeNull();
});

it('reads names with commas and quotes from RECORD, and skips files without a digest', () => {
  const record = parseRecord('"a,""b"".txt",sha256=x-_9,12\r\nc/RECORD,,\nd,sha256=00,0\n');
  expect([...record]).toEqual([
    ['a,"b".txt', { sha256: 'x-_9', bytes: 12 }],
    ['d', { sha256: '00', bytes: 0 }],
  ]);
});
