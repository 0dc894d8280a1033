import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rerunCommand } from '../../src/cli/rerun.ts';
import { measure, WORK_TREE } from '../../src/commits/measure/measure-commit.ts';
import { currentCodes, sourceKey } from '../../src/fitted/model-code.ts';
import { score } from '../../src/metrics/score.ts';
import { decodeLabels, encodeLabels } from '../../src/results/encode.ts';
import { processorText } from '../../src/results/machine-identity.ts';
import { readRecord, readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { describeMachine } from '../../src/run/machine.ts';
import { makeToyProject, stateOf, TOY_IMAGES, type ToyProject, toyLog } from '../commits/measure/toy-project.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord, makeTruth } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

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
  args: string[] = [],
): Promise<FitRecord> {
  const machine = await describeMachine();
  const options = { machine, checkout: toy.folder, out: results, repeat: 1, signal: new AbortController().signal };
  const hooks = { preparing: () => undefined, running: () => undefined, printed: () => undefined };
  const code = { hash: toy.first, name: 'v1' };
  const { records } = await measure(code, ['--models', 'knn', '--seed', '3', ...args], { ...options, ...hooks });
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
  test('is repeated at its commit with its command, and no record is kept', async () => {
    await record(undefined, ['--limit', '300']);
    const temporary = path.join(path.dirname(file), 'temporary');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    const [before, kept] = [stateOf(toy.folder), readdirSync(results, { recursive: true })];
    const text = await rerun();
    expect(text).toContain('bit-equal: predictions and confidence are the same bytes');
    expect(text).toMatch(/^fit +12\.5 s +12\.5 s +×1\.00$/m);
    expect(text).toContain('Times of single runs vary: one run each does not show which is faster.');
    expect(text).toContain('Nothing else that records hold differs.');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(said.code).toBe(0);
    expect(said.err[0]).toBe(`knn, seed 3, fashion-mnist: repeated with ${toy.first.slice(0, 8)}`);
    expect(toyLog().at(-2)).toMatch(
      new RegExp(`^run ${toy.first.slice(0, 8)} \\d+ --models knn --limit 300 --seed 3 --out --no-report$`),
    );
    expect(stateOf(toy.folder)).toBe(before);
    expect(readdirSync(results, { recursive: true })).toEqual(kept);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('can be repeated with the checked-out code, which may give another result', async () => {
    await record();
    const text = await rerun('--here');
    expect(text).toMatch(/^different: |^within its interval: /m);
    expect(said.err[0]).toContain('repeated with the work tree');
    expect(toyLog().at(-2)).toContain(`run ${toy.second.slice(0, 8)}`);
    expect(toyLog().at(-2)).toContain('--benchmark fashion-mnist');
  });

  test('is different if the change is significant, and other differences are named', async () => {
    const { metrics, predictions, confidence } = makeRecord({ images: TOY_IMAGES, accuracy: 0.3 });
    await record((one) => ({
      metrics,
      predictions,
      confidence,
      software: { ...one.software, node: 'v18.0.0' },
      machine: { ...one.machine, id: 'elsewhere' },
    }));
    const text = await rerun();
    expect(said.code).toBe(1);
    expect(text).toContain('different: the second accuracy is outside the interval of the first');
    expect(text).toMatch(/^Node +v18\.0\.0 +20\.19\.0$/m);
    const name = processorText(await describeMachine());
    expect(said.err).toContain(`note: it was measured on another machine, elsewhere (${name}): times are not compared`);
    expect(text).not.toContain('×');
  });

  test('of the same code on the same machine is different with one label different', async () => {
    await record((one) => {
      const [truth, labels] = [makeTruth(TOY_IMAGES), decodeLabels(one.predictions!)];
      labels[0] = (labels[0]! + 1) % 10;
      const { logLoss, calibrationError } = one.metrics!;
      const metrics = { ...one.metrics!, ...score(truth, { labels }, 10), logLoss, calibrationError };
      return { predictions: encodeLabels(labels), metrics };
    });
    expect(await rerun()).toContain(
      'different: nothing differs that the bits depend on, so predictions and confidence must be the same bytes; ' +
        '1 of 400 images have another prediction',
    );
    expect(said.code).toBe(1);
  });

  test('of uncommitted changes, or without a commit, is repeated with a note', async () => {
    await record(({ git }) => ({ git: { ...git!, dirty: true } }));
    await rerun();
    expect(said.code).toBe(0);
    expect(said.err[1]).toMatch(/^note: it was measured with uncommitted changes, which are lost/);
    await record(() => ({ git: null }));
    await rerun();
    expect(said.err[0]).toContain(`repeated with ${WORK_TREE.name}`);
    expect(said.err[1]).toBe('note: the record names no commit: the checked-out code runs');
  });

  test('of a lost commit, or of changes that were committed later, is repeated with a commit of the same code', async () => {
    const { codeHash } = (await currentCodes(['knn'], toy.folder)).get(sourceKey('knn', 'cpu'))!;
    await record(({ git, model }) => ({
      git: { ...git!, commit: 'f'.repeat(40) },
      model: { ...model, codeHash },
    }));
    await rerun();
    const name = toy.second.slice(0, 8);
    expect(said.err[0]).toContain(`repeated with ${name}`);
    expect(said.err[1]).toBe(
      `note: it was measured at ffffffff, which no branch has any more; ${name} has the same code of the model and runs`,
    );
    await record(({ git, model }) => ({ git: { ...git!, dirty: true }, model: { ...model, codeHash } }));
    await rerun();
    expect(said.err[0]).toContain(`repeated with ${name}`);
    expect(said.err[1]).toMatch(/^note: it was measured at \S+ with uncommitted changes; \S+ has the same code/);
  });

  test('of a failure is compared by the reason of the failure', async () => {
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

  test('can be kept as another repeat', async () => {
    await record();
    await rerun('--keep');
    await rerun('--keep');
    const { records } = await readRecords(results);
    expect(records.map((one) => path.basename(one.file))).toEqual(['knn-s3-r2.json', 'knn-s3-r3.json', 'knn-s3.json']);
    expect(records.map((one) => one.record.repeat)).toEqual([2, 3, 1]);
    expect(said.err.at(-1)).toBe(`kept: ${records[1]!.file}`);
  });

  test('can be printed as JSON', async () => {
    await record();
    expect(readOutput(await rerun('--json'))).toMatchObject({
      record: file,
      code: { commit: toy.first },
      notes: [],
      verdict: 'bit-equal',
      images: { changed: 0 },
      times: [{ part: 'fit', ratio: 1 }, { part: 'predict' }, { part: 'total' }],
      differences: [],
    });
  });
});

describe('a fit that cannot be repeated', () => {
  const refused = async (change: (record: FitRecord) => Partial<FitRecord>, message: RegExp) => {
    await record(change);
    await expect(rerun()).rejects.toThrow(message);
  };

  test('is an error that says what to run instead', async () => {
    await refused(
      ({ model }) => ({ model: { ...model, role: 'reference' }, command: 'npm run references -- --models knn' }),
      /^knn is a reference implementation; to repeat it, run: npm run references -- --models knn$/,
    );
    await refused(
      () => ({ command: 'npm run references -- --models knn' }),
      /^this fit was not made by npm run bench; .* run: npm run/,
    );
    await refused(
      () => ({ command: 'npm run bench -- --models knn; reboot' }),
      /^this fit was not made by npm run bench/,
    );
    await refused(
      ({ git }) => ({ git: { ...git!, commit: 'f'.repeat(40) } }),
      /^unknown commit in this record: f{40}; git fetch/,
    );
  });

  test('includes a fit that the user stopped', async () => {
    await writeRecord(file, makeFailedRecord({}, { status: 'aborted' }));
    await expect(rerun()).rejects.toThrow(/^the user stopped this fit/);
  });

  test('includes code that does not finish, and a file that is not a record', async () => {
    await record();
    vi.stubEnv('TOY_CRASH', '1');
    await expect(rerun()).rejects.toThrow(/left no readable record; its output is above/);
    mkdirSync(results, { recursive: true });
    writeFileSync(file, '{}');
    await expect(rerun()).rejects.toThrow(/^unreadable record/);
  });
});
