import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { mergeCommand } from '../../src/cli/merge.ts';
import { recordPath } from '../../src/results/path.ts';
import { readRecord, readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeShardPlan } from '../../src/results/shard-plans.ts';
import { writeRecord } from '../../src/results/write.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

let root: string;
let said: Said;

beforeEach(async () => {
  root = await temporaryFolder();
});

const at = (...parts: string[]): string => path.join(root, ...parts);

async function put(folder: string, ...records: FitRecord[]): Promise<void> {
  for (const record of records) await writeRecord(recordPath(at(folder), record), record);
}

async function merge(...args: string[]): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said, { columns: 80 });
  const command = mergeCommand(io)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' });
  return said.out.join('\n');
}

/** Every file below a folder with its bytes. */
async function snapshot(folder: string): Promise<Map<string, string>> {
  const files = await readdir(at(folder), { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(name, 'utf8')] as const)));
}

const joined = () => merge(at('one'), at('two'), '--out', at('all'));

describe('npm run merge', () => {
  it('names a record of the merged folder that contradicts itself', async () => {
    await put('one', makeRecord());
    await put('all', makeRecord({ model: 'mlp' }));
    const file = recordPath(at('all'), makeRecord({ model: 'mlp' }));
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"accuracy": 0\.\d+/, '"accuracy": 1'));
    await merge(at('one'), '--out', at('all'));
    expect(said.err.at(-1)).toMatch(/^left out: .*mlp-s0\.json: metrics\.accuracy: 1; the confusion matrix gives 0\./);
    expect(said.code).toBe(1);
  });

  it('names missing shards of a divided run and exits with 1, unless --partial accepts it', async () => {
    for (const [folder, index] of [
      ['one', 1],
      ['two', 3],
    ] as const) {
      await put(folder, makeRecord({ model: `m${index}` }));
      const fits = [{ model: `m${index}`, seed: 0 }];
      await writeShardPlan(at(folder), { division: 'ab', index, count: 3, benchmark: 'fashion-mnist', fits });
    }
    await joined();
    expect(said.err).toContain('missing: division ab: shard 2 of 3 is missing');
    expect(said.code).toBe(1);
    const { missing } = readOutput(await merge(at('one'), at('two'), '--out', at('all'), '--partial', '--json'));
    expect(missing).toEqual(['division ab: shard 2 of 3 is missing']);
    expect(said.code).toBe(0);
  });

  it('joins the folders, leaves them unchanged, and prints what came from where', async () => {
    await put('one', makeRecord(), makeFailedRecord({ model: 'knn' }));
    await put('two', makeRecord({ model: 'mlp', machine: 'other' }));
    const before = [await snapshot('one'), await snapshot('two')];
    const text = await joined();
    expect(text).toMatch(/^machine +commit +fits +added +same +left out +from\n/);
    expect(text).toMatch(/^test-machine +01234567 +2 +2 +0 +0 /m);
    expect(text).toMatch(/^other +01234567 +1 +1 +0 +0 /m);
    expect(text).toContain(`added 3 records to ${at('all')}; 1 of fits that did not finish`);
    expect(said.err).toEqual([`to render the report: npm run report -- --results ${at('all')}`]);
    expect(said.code).toBe(0);
    expect((await readRecords(at('all'))).records).toHaveLength(3);
    expect([await snapshot('one'), await snapshot('two')]).toEqual(before);
  });

  it('changes nothing if it is run again', async () => {
    await put('one', makeRecord());
    await put('two', makeRecord({ model: 'mlp' }));
    await joined();
    const before = await snapshot('all');
    expect(await joined()).toContain(`added 0 records to ${at('all')}; 2 already there`);
    expect(await snapshot('all')).toEqual(before);
  });

  it('keeps two finished runs of one fit as its repeats, and prints which failure it leaves out', async () => {
    await put('one', makeRecord({ startedAt: '2026-01-02T01:00:00Z' }));
    await put('two', makeRecord({ startedAt: '2026-01-02T02:00:00Z' }));
    await joined();
    const { records } = await readRecords(at('all'));
    expect(records.map(({ record }) => record.repeat).sort()).toEqual([1, 2]);
    await put('three', makeFailedRecord({ model: 'knn', startedAt: '2026-01-02T01:00:00Z' }));
    await put('four', makeRecord({ model: 'knn', startedAt: '2026-01-02T02:00:00Z' }));
    expect(await merge(at('three'), at('four'), '--out', at('all'))).toContain(
      `knn-s0.json: kept that of ${at('four')} (ok, 2026-01-02T02:00:00Z), left out that of ${at('three')} (failed, 2026-01-02T01:00:00Z)`,
    );
    expect(said.code).toBe(0);
  });

  it('merges readable records, names the others, and exits with 1', async () => {
    await put('one', makeRecord());
    await mkdir(at('two'));
    await writeFile(at('two', 'cnn-s1.json'), '{"schemaVersion": 1, "stat');
    await writeFile(at('two', 'cnn-s2.json'), '{}');
    await joined();
    expect(said.code).toBe(1);
    expect(said.err).toContain(`left out: ${at('two', 'cnn-s1.json')}: not JSON, or truncated`);
    expect(said.err.join('\n')).toContain(`left out: ${at('two', 'cnn-s2.json')}: `);
    expect((await readRecords(at('all'))).records).toHaveLength(1);
  });

  it('accepts an empty folder among others, such as that of a shard without fits', async () => {
    await put('one', makeRecord());
    await mkdir(at('two'));
    await joined();
    expect(said.code).toBe(0);
  });

  it('writes nothing if something is refused', async () => {
    await put('one', makeRecord(), makeRecord({ model: 'knn' }));
    const other = makeRecord({ model: 'mlp' });
    await put('two', { ...other, machine: { ...other.machine, cpu: 'Other CPU' } });
    await expect(joined()).rejects.toThrow('mixed hardware');
    await expect(readdir(at('all'))).rejects.toThrow('ENOENT');
  });

  it('can give one kind of machine a separate name, as the error suggests', async () => {
    await put('one', makeRecord());
    const other = makeRecord({ model: 'mlp' });
    await put('two', { ...other, machine: { ...other.machine, cpu: 'Other CPU' } });
    await merge(at('one'), '--out', at('all'));
    await merge(at('two'), '--out', at('all'), '--machine', 'other-cpu');
    expect((await readRecord(at('all', 'other-cpu', '01234567', 'mlp-s0.json'))).machine).toMatchObject({
      id: 'other-cpu',
      cpu: 'Other CPU',
    });
  });

  it('only prints what it would do with --dry-run', async () => {
    await put('one', makeRecord());
    expect(await merge(at('one'), '--out', at('all'), '--dry-run')).toContain(`would add 1 record to ${at('all')}`);
    expect(said.err).toEqual([]);
    await expect(readdir(at('all'))).rejects.toThrow('ENOENT');
  });

  it('prints only JSON with --json', async () => {
    await put('one', makeRecord());
    await put('two', makeFailedRecord({ startedAt: '2025-01-01T00:00:00Z' }));
    const facts = readOutput(await merge(at('one'), at('two'), '--out', at('all'), '--json'));
    expect(facts).toMatchObject({
      out: at('all'),
      isDryRun: false,
      added: [at('all', 'test-machine', '01234567', 'cnn-s0.json')],
      sources: [
        { folder: at('one'), added: 1, commit: '0123456789abcdef0123456789abcdef01234567', commitFolder: '01234567' },
        { folder: at('two'), superseded: 1 },
      ],
      conflicts: [{ kept: { folder: at('one') }, left: { folder: at('two') } }],
      problems: [],
    });
  });

  it('does not merge records of baselines', async () => {
    await put('one', makeRecord());
    await put(path.join('one', '.baselines', 'good'), makeRecord({ model: 'mlp' }));
    expect(await merge(at('one'), '--out', at('all'))).toContain('added 1 record ');
  });

  it.each<[string, () => string[], string]>([
    ['a folder that is not there', () => [at('nowhere'), '--out', at('all')], 'no such folder'],
    ['nothing but empty folders', () => [at('empty'), '--out', at('all')], 'nothing to merge: no readable record in'],
    ['a folder into itself', () => [at('empty'), '--out', at('empty', '.')], 'into itself'],
    [
      'a machine that no folder can be named by',
      () => [at('empty'), '--machine', 'Lab Box'],
      '--machine: "Lab Box" is not a valid folder name',
    ],
    ['no folder', () => [], "missing required argument 'folders'"],
  ])('refuses %s', async (_, args, message) => {
    await mkdir(at('empty'));
    await expect(merge(...args())).rejects.toThrow(message);
  });
});
