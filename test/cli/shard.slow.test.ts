// Shards as several machines run them: real processes that share one folder of records; some of them are killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { TYPESCRIPT } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { readRecord, readRecords } from '../../src/results/read.ts';
import { smallFiles, writeFiles } from '../fixtures/idx.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const MODELS = ['majority', 'nearest-centroid', 'naive-bayes'];

let root: string;
let out: string;
let data: string;

beforeEach(async () => {
  root = await temporaryFolder();
  [out, data] = [path.join(root, 'records'), path.join(root, 'data')];
  await writeFiles(data, smallFiles());
});

interface Running {
  readonly child: ChildProcess;
  /** Standard error so far. */
  said(): string;
  /** The exit status; null after a signal. */
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Running {
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, ...args], { cwd: root });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return { child, said: () => err, ended: new Promise((resolve) => child.on('close', resolve)) };
}

/** A run of six fits, or a part of it. */
function bench(...args: string[]): Running {
  const main = path.join(projectRoot, 'src/cli/main.ts');
  const fits = ['--models', MODELS.join(), '--dataset', data, '--validation', '3', '--seeds', '2'];
  return start(main, 'bench', ...fits, '--out', out, '--report', path.join(root, 'report'), ...args);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Model and seed of every finished record; fails when a file cannot be read. */
async function finished(): Promise<string[]> {
  const { records, problems } = await readRecords(out);
  expect(problems).toEqual([]);
  for (const { record } of records) expect(record.status).toBe('ok');
  return records.map(({ record }) => `${record.model.id}-s${record.seed}`).sort();
}

const ALL = MODELS.flatMap((id) => [`${id}-s1`, `${id}-s2`]).sort();

describe('shards into one folder', { timeout: 300_000 }, () => {
  it('make every fit once, at the same time, and agree on the division', async () => {
    const shards = ['1/3', '2/3', '3/3'].map((shard) => bench('--shard', shard));
    expect(await Promise.all(shards.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(await finished()).toEqual(ALL);
    const outputs = shards.map(({ said }) => said());
    for (const said of outputs) {
      expect(said).toMatch(/shard \d\/3: 2 of 6 fits/);
      expect(said).toContain('a shard renders no report');
    }
    expect(new Set(outputs.map((said) => /division ([0-9a-f]{8})/.exec(said)?.[1])).size).toBe(1);
    expect(await readdir(root)).not.toContain('report');
  });

  it.each(['0/3', '4/3', 'x'])('are refused if there is no such part: %s', async (shard) => {
    const refused = bench('--shard', shard);
    expect(await refused.ended).toBe(2);
    expect(refused.said()).toContain(
      `--shard takes i/n with i from 1 to n, e.g. 2/4 for the second of four; given: "${shard}"`,
    );
    expect(refused.said()).not.toMatch(/^\s+at /m);
  });

  it('say so if there is nothing to do, and exit with 0', async () => {
    const idle = bench('--shard', '7/7', '--json');
    expect(await idle.ended).toBe(0);
    expect(idle.said()).toContain('shard 7/7: nothing to do, because there are more shards than fits');
  });

  it('lose at most the running fit when killed, and --skip-existing does the rest', async () => {
    const killed = bench('--shard', '1/2');
    const other = bench('--shard', '2/2');
    await until(() => /\[2\/3\]/.test(killed.said()));
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBeNull();
    expect(await other.ended).toBe(0);
    const kept = await finished();
    expect(kept.length).toBeGreaterThanOrEqual(4);
    expect(kept.length).toBeLessThan(ALL.length);

    // The division stays the same although there are new records; two processes for one shard do no harm: a fit that both
    // make has two repeats.
    const again = [1, 2].map(() => bench('--shard', '1/2', '--skip-existing'));
    expect(await Promise.all(again.map(({ ended }) => ended))).toEqual([0, 0]);
    for (const { said } of again) expect(said()).toContain('already has a record');
    expect([...new Set(await finished())]).toEqual(ALL);
  });
});

it('leaves a complete record whenever a writer is killed', { timeout: 300_000 }, async () => {
  const file = path.join(out, 'machine', 'commit', 'cnn-s0.json');
  const url = (name: string): string => JSON.stringify(pathToFileURL(path.join(projectRoot, name)).href);
  const program = `
    const { makeRecord } = await import(${url('test/fixtures/records.ts')});
    const { writeRecord } = await import(${url('src/results/write.ts')});
    for (let repeat = 1; ; repeat++) {
      await writeRecord(${JSON.stringify(file)}, { ...makeRecord(), repeat });
      process.stderr.write('.');
    }`;
  let last = 0;
  for (const delay of [0, 1, 3, 7]) {
    const writer = start('--input-type=module', '--eval', program);
    await until(() => writer.said().length > 5);
    await new Promise((resolve) => setTimeout(resolve, delay));
    writer.child.kill('SIGKILL');
    await writer.ended;
    last = (await readRecord(file)).repeat;
    expect(last).toBeGreaterThan(5);
  }
  // Their temporary files are not read as records.
  expect(await readRecords(out)).toMatchObject({ records: [{ record: { repeat: last } }], problems: [] });
});
