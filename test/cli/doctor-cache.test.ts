import { existsSync } from 'node:fs';
import { mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CACHE_KINDS, trimCache } from '../../src/base/cache-policy.ts';
import { useInCache } from '../../src/base/in-use.ts';
import { processMark } from '../../src/base/process-mark.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

let cache: string;
let said: Said;
const HASHES = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const at = (...parts: string[]): string => path.join(cache, ...parts);

beforeEach(async () => {
  cache = await temporaryFolder();
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Makes a split whose file is sparse; the higher the day, the later it was used. */
async function makeSplit(name: string, size: number, day: number): Promise<void> {
  await mkdir(at('splits', name), { recursive: true });
  await writeFile(at('splits', name, 'train.bytes'), '');
  await truncate(at('splits', name, 'train.bytes'), size);
  await utimes(at('splits', name), day * 86_400, day * 86_400);
}

async function doctor(...args: string[]): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said, { columns: 120 });
  await runProgram(new Command('test').addCommand(doctorCommand(io)), io, ['doctor', ...args]);
  return said.out.join('\n');
}

describe('npm run doctor -- --cache', () => {
  beforeEach(async () => {
    await makeSplit(HASHES[0]!, 3e6, 1);
    await makeSplit(HASHES[1]!, 4e6, 2);
    await mkdir(at('fitted'));
    await writeFile(at('fitted', 'knn.bin'), Buffer.alloc(1000));
    await writeFile(at('fitted', 'notes.txt'), "the user's");
    await useInCache(at('splits', HASHES[0]!));
  });

  it('lists every kind with size, limit, number and last use', async () => {
    const lines = (await doctor('--cache')).split('\n');
    expect(lines[0]).toMatch(/^kind +size +at most +number +in use +last used +holds$/);
    expect(lines.slice(1, 8).map((line) => line.split(' ')[0])).toEqual(Object.keys(CACHE_KINDS));
    expect(lines.find((line) => line.startsWith('splits'))).toMatch(/^splits +7\.0 MB +2\.00 GB +2 +1 +1970-01-03 /);
    expect(said.code).toBe(0);
    const { kinds } = readOutput(await doctor('--cache', '--json'));
    expect(kinds.find(({ kind }: { kind: string }) => kind === 'splits')).toMatchObject({
      bytes: 7e6,
      limitBytes: 2e9,
      entries: [
        { name: HASHES[1], isInUse: false },
        { name: HASHES[0], isInUse: true },
      ],
    });
  });

  it('removes one kind with --clear KIND, except what is in use', async () => {
    expect(await doctor('--cache', '--clear', 'splits')).toMatch(
      /^splits: removed 4\.0 MB; 1 thing in use stay, 3\.0 MB$/m,
    );
    expect(await readdir(at('splits'))).toEqual([HASHES[0]]);
    expect(existsSync(at('fitted', 'knn.bin'))).toBe(true);
  });

  it("removes everything with --clear, except what is in use and the user's files", async () => {
    await doctor('--cache', '--clear');
    expect(await readdir(at('splits'))).toEqual([HASHES[0]]);
    expect(await readdir(at('fitted'))).toEqual(['notes.txt']);
  });

  it.each([
    [['--cache', '--clear', 'split'], 'unknown kind: "split"'],
    [['--clear'], '--clear needs --cache'],
    [['--cache', 'knn'], '--cache takes no models: knn'],
  ])('refuses %j', async (args, message) => {
    await doctor(...args);
    expect([said.code, said.err.join()]).toEqual([2, expect.stringContaining(message)]);
    expect(await readdir(at('splits'))).toHaveLength(2);
  });
});

describe('the limit of a kind', () => {
  it('removes what was unused for longest, but nothing in use, and not the latest', async () => {
    for (const [i, name] of HASHES.entries()) await makeSplit(name, 1e9, i + 1);
    await trimCache('splits');
    expect((await readdir(at('splits'))).sort()).toEqual(HASHES.slice(1));
    await makeSplit(HASHES[0]!, 3e9, 1);
    await useInCache(at('splits', HASHES[0]!));
    await trimCache('splits', { limitBytes: 0 });
    expect((await readdir(at('splits'))).sort()).toEqual([HASHES[0], HASHES[2]]);
  });

  it('removes what an ended process left unfinished, and nothing that a running one writes', async () => {
    const marks = [processMark(), processMark().replace(/-\d+-\d+$/, '-4194304-1')];
    for (const mark of marks) await mkdir(at('splits', `${HASHES[0]}.${mark}-x.part`), { recursive: true });
    await trimCache('splits');
    expect(await readdir(at('splits'))).toEqual([`${HASHES[0]}.${marks[0]}-x.part`]);
  });
});
