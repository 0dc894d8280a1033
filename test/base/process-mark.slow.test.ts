import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isInUse, isUsedElsewhere, useInCache } from '../../src/base/in-use.ts';
import { ownerOf, processMark } from '../../src/base/process-mark.ts';
import { readStatus } from '../../src/base/process-tree.mjs';
import { writeFileAtomic } from '../../src/base/write-file-atomic.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** The mark of another process of this machine. */
function markOf(pid: number): string {
  return processMark().replace(/-\d+-\d+$/, `-${pid}-${readStatus(pid)!.start}`);
}

/** The mark of a process that has ended. */
async function endedMark(): Promise<string> {
  const child = spawn('sleep', ['60']);
  const mark = markOf(child.pid!);
  expect(ownerOf(`a.${mark}-x.tmp`)).toBe('running');
  await new Promise((resolve) => child.once('exit', resolve).kill('SIGKILL'));
  return mark;
}

describe('ownerOf', () => {
  it('tells whether the process of a name runs', async () => {
    expect(ownerOf(`a.${processMark()}-x.tmp`)).toBe('running');
    expect(ownerOf(`a.${await endedMark()}-x.tmp`)).toBe('ended');
  });

  it('takes a process that got the id of another one for what it is', () => {
    expect(ownerOf(processMark().replace(/\d+$/, '1'))).toBe('ended');
  });

  it('knows nothing about names without a mark, and about other machines', () => {
    expect(ownerOf('a.part')).toBe('unknown');
    expect(ownerOf(processMark().replace(/^.{8}/, '00000000'))).toBe('unknown');
  });
});

describe('a place in the cache', () => {
  let cache: string;
  let place: string;
  beforeEach(async () => {
    cache = await temporaryFolder();
    vi.stubEnv('FITTING_ROOM_CACHE', cache);
    place = path.join(cache, 'splits', 'abc');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Marks a place as another process would. */
  async function useAs(mark: string): Promise<void> {
    const end = await useInCache(place);
    const folder = path.join(cache, 'in-use');
    const [name] = await readdir(folder);
    await end();
    await writeFile(path.join(folder, name!.replace(processMark(), mark)), '');
  }

  it('is in use until every use has ended', async () => {
    expect(await isInUse(place)).toBe(false);
    const ends = [await useInCache(place), await useInCache(place)];
    expect([await isInUse(place), await isUsedElsewhere(place)]).toEqual([true, false]);
    await ends[0]!();
    expect(await isInUse(place)).toBe(true);
    expect(await isInUse(`${place}d`)).toBe(false);
    await ends[1]!();
    expect(await isInUse(place)).toBe(false);
  });

  it('is used elsewhere while another process of this machine uses it', async () => {
    await useAs(markOf(process.ppid));
    expect([await isInUse(place), await isUsedElsewhere(place)]).toEqual([true, true]);
  });

  it('is in use by another machine until somebody deletes the mark', async () => {
    await useAs(processMark().replace(/^.{8}/, '00000000'));
    expect([await isInUse(place), await isUsedElsewhere(place)]).toEqual([true, false]);
  });

  it('is not in use by a process that has ended, and its mark is removed', async () => {
    await useAs(await endedMark());
    expect([await isInUse(place), await isUsedElsewhere(place)]).toEqual([false, false]);
    await (await useInCache(place))();
    expect(await readdir(path.join(cache, 'in-use'))).toEqual([]);
  });
});

it('writeFileAtomic removes what killed processes have left of the same file, and nothing else', async () => {
  const folder = await temporaryFolder();
  const ended = await endedMark();
  const names = [`a.bin.${ended}-1.tmp`, `b.bin.${ended}-1.tmp`, `a.bin.${processMark()}-1.tmp`, 'a.bin.tmp'];
  for (const name of names) await writeFile(path.join(folder, name), 'half');
  await writeFileAtomic(path.join(folder, 'a.bin'), 'whole');
  expect((await readdir(folder)).sort()).toEqual(['a.bin', ...names.slice(1)].sort());
});
