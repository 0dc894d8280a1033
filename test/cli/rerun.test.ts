import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rerunCommand } from '../../src/cli/rerun.ts';
import { measure, WORK_TREE } from '../../src/commits/measure/measure-commit.ts';
import { readRecord, readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { makeToyProject, stateOf, type ToyProject, toyLog } from '../commits/measure/toy-project.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let toy: ToyProject;
let results: string;
let file: string;
let said: Said;

beforeEach(async () => {
  const folder = await temporaryFolder();
  toy = makeToyProject(folder);
  results = path.join(folder, 'results');
  file = path.join(folder, 'record.json');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Measures the toy's first commit and keeps the record, changed as a test options. */
async function record(
  change: (record: FitRecord) => Partial<FitRecord> = () => ({}),
  words: string[] = [],
): Promise<FitRecord> {
  const options = { checkout: toy.folder, out: results, repeat: 1, signal: new AbortController().signal };
  const hooks = { preparing: () => undefined, running: () => undefined };
  const code = { hash: toy.first, name: 'v1' };
  const { records } = await measure(code, ['--models', 'knn', '--seed', '3', ...words], { ...options, ...hooks });
  const changed = { ...records[0]!, ...change(records[0]!) } as FitRecord;
  await writeRecord(file, changed);
  return changed;
}

async function rerun(...args: string[]): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said, { columns: 80 });
  const command = rerunCommand(io, toy.folder)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync([file, '--results', results, ...args], { from: 'user' });
  return said.out.join('\n');
}

describe('a record', () => {
  test('is made again at its commit, with its command, and nothing is kept', async () => {
    await record(undefined, ['--limit', '300']);
    const temporary = path.join(path.dirname(file), 'temporary');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    const [before, kept] = [stateOf(toy.folder), readdirSync(results, { recursive: true })];
    const text = await rerun();
    expect(text).toContain('bit-equal: predictions and confidence are the same bytes');
    expect(text).toMatch(/^fit +12\.5 s +12\.5 s +×1\.00$/m);
    expect(text).toContain('One run each says nothing for sure about times.');
    expect(text).toContain('Nothing that records know of differs.');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(said.code).toBe(0);
    expect(said.err[0]).toBe(`knn, seed 3, fashion-mnist: again with ${toy.first.slice(0, 8)}`);
    expect(toyLog().at(-2)).toMatch(
      new RegExp(`^run ${toy.first.slice(0, 8)} \\d+ --models knn --limit 300 --seed 3 --out --no-report$`),
    );
    expect(stateOf(toy.folder)).toBe(before);
    expect(readdirSync(results, { recursive: true })).toEqual(kept);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('may be made again by the present code, which may come to something else', async () => {
    await record();
    const text = await rerun('--here');
    expect(text).toMatch(/^different: |^within its interval: /m);
    expect(said.err[0]).toContain('again with the work tree');
    expect(toyLog().at(-2)).toContain(`run ${toy.second.slice(0, 8)}`);
    expect(toyLog().at(-2)).toContain('--benchmark fashion-mnist');
  });

  test('is different when more changed than chance explains, and what else differs is named', async () => {
    await record((one) => ({
      metrics: { ...one.metrics!, accuracy: 0.3 },
      predictions: Buffer.alloc(one.dataset.test).toString('base64'),
      software: { ...one.software, node: 'v18.0.0' },
      machine: { ...one.machine, id: 'elsewhere' },
    }));
    const text = await rerun();
    expect(said.code).toBe(1);
    expect(text).toContain('different: the second accuracy is outside the interval of the first');
    expect(text).toMatch(/^Node +v18\.0\.0 +20\.19\.0$/m);
    expect(said.err).toContain('note: it was measured on another machine, elsewhere: times are not put in a ratio');
    expect(text).not.toContain('×');
  });

  test('of uncommitted changes, or without a commit, is made again as far as it goes, and that is said', async () => {
    await record(({ git }) => ({ git: { ...git!, dirty: true } }));
    await rerun();
    expect(said.code).toBe(0);
    expect(said.err[1]).toMatch(/^note: it was measured with uncommitted changes, which are lost/);
    await record(() => ({ git: null }));
    await rerun();
    expect(said.err[0]).toContain(`again with ${WORK_TREE.name}`);
    expect(said.err[1]).toBe('note: the record knows no commit: the present code runs');
  });

  test('of a failure says whether it fails again alike', async () => {
    await record();
    const { startedAt: _, ...own } = await readRecord(file);
    const failure = makeFailedRecord({ model: 'knn', seed: 3 });
    const error = { kind: 'Error', message: 'toy failure', stack: null };
    await writeRecord(file, { ...failure, git: own.git, error });
    vi.stubEnv('TOY_FAIL', 'knn');
    expect(await rerun()).toContain('fails alike: failed: toy failure');
    expect(said.code).toBe(0);
    vi.stubEnv('TOY_FAIL', '');
    expect(await rerun()).toContain('different: then failed: toy failure; now it finishes');
    expect(said.code).toBe(1);
  });

  test('may be kept as another repeat', async () => {
    await record();
    await rerun('--keep');
    await rerun('--keep');
    const { records } = await readRecords(results);
    expect(records.map((one) => path.basename(one.file))).toEqual(['knn-s3-r2.json', 'knn-s3-r3.json', 'knn-s3.json']);
    expect(records.map((one) => one.record.repeat)).toEqual([2, 3, 1]);
    expect(said.err.at(-1)).toBe(`kept: ${records[1]!.file}`);
  });

  test('is told of as JSON', async () => {
    await record();
    expect(JSON.parse(await rerun('--json'))).toMatchObject({
      record: file,
      code: { hash: toy.first },
      notes: [],
      verdict: 'bit-equal',
      images: { changed: 0 },
      times: [{ part: 'fit', ratio: 1 }, { part: 'predict' }, { part: 'total' }],
      differences: [],
    });
  });
});

describe('what cannot be made again', () => {
  const refused = async (change: (record: FitRecord) => Partial<FitRecord>, words: RegExp) => {
    await record(change);
    await expect(rerun()).rejects.toThrow(words);
  };

  test('is refused with what to type instead', async () => {
    await refused(
      ({ model }) => ({ model: { ...model, role: 'reference' }, command: 'npm run references -- --models knn' }),
      /^knn is a reference, another project's program; to make it again, type: npm run references -- --models knn$/,
    );
    await refused(
      () => ({ command: 'npm run references -- --models knn' }),
      /^bench did not make this fit; .* type: npm run/,
    );
    await refused(() => ({ command: 'npm run bench -- --models knn; reboot' }), /^bench did not make this fit/);
    await refused(
      ({ git }) => ({ git: { ...git!, commit: 'f'.repeat(40) } }),
      /^the commit .* is not here: f{40}; git fetch/,
    );
  });

  test('is a fit that its user stopped', async () => {
    await writeRecord(file, makeFailedRecord({}, { status: 'aborted' }));
    await expect(rerun()).rejects.toThrow(/^its user stopped this fit/);
  });

  test('is what the code does not finish, or a file that is no record', async () => {
    await record();
    vi.stubEnv('TOY_CRASH', '1');
    await expect(rerun()).rejects.toThrow(/left no readable record; its words are above/);
    mkdirSync(results, { recursive: true });
    writeFileSync(file, '{}');
    await expect(rerun()).rejects.toThrow(/^unreadable record/);
  });
});
