import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { diffCommand } from '../../src/cli/diff.ts';
import { decodeLabels, encodeLabels } from '../../src/results/encode.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FinishedRecord, FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { mcnemar as mcnemarTest } from '../../src/stats/mcnemar.ts';
import { makeToyProject, stateOf, stubToyCodes, type ToyProject, toyLog } from '../commits/measure/toy-project.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord, makeTruth, type RecordShape } from '../fixtures/records.ts';
import { commit, git, makeRepository } from '../fixtures/repository.ts';
import { readOutput } from './read-output.ts';

const IMAGES = 400;
let folder: string;
let commits: [first: string, second: string];
let said: Said;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-diff-'));
  said = { out: [], err: [], code: null };
  commits = makeRepository(folder);
  await keepTestImages();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The test images of the fixtures, where a bench would have left them. */
async function keepTestImages(): Promise<void> {
  vi.stubEnv('FITTING_ROOM_CACHE', path.join(folder, 'cache'));
  const { splitHash, shape } = makeRecord().dataset;
  const split = path.join(folder, 'cache', 'splits', splitHash);
  await mkdir(split, { recursive: true });
  await writeFile(path.join(split, 'test.bytes'), new Uint8Array(IMAGES * shape.height * shape.width));
  await writeFile(path.join(split, 'test.labels'), makeTruth(IMAGES));
}

function at(...parts: string[]): string {
  return path.join(folder, ...parts);
}

async function put<T extends FitRecord>(record: T, out = at('results')): Promise<T> {
  await writeRecord(recordPath(out, { ...record, variant: record.benchmark }), record);
  return record;
}

/** A fit of the first commit, and one of the second. */
const fitOfFirst = (shape: RecordShape = {}) => makeRecord({ images: IMAGES, commit: commits[0], ...shape });
const fitOfSecond = (shape: RecordShape = {}) =>
  makeRecord({ images: IMAGES, commit: commits[1], startedAt: '2026-02-01T00:00:00Z', ...shape });

function diff(...args: string[]): Promise<string> {
  return diffOf(folder, ...args);
}

async function diffOf(checkout: string, ...args: string[]): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said);
  const command = diffCommand(io, checkout)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(['--results', at('results'), ...args], { from: 'user' });
  return said.out.join('\n');
}

describe('the exit status', () => {
  test('is 0 when nothing is worse', async () => {
    await put(fitOfFirst({ accuracy: 0.6 }));
    await put(fitOfSecond({ accuracy: 0.9 }));
    const text = await diff('v1', 'main');
    expect(said.code).toBe(0);
    expect(text).toMatch(/accuracy +▲ better/);
    expect(said.err).toEqual([]);
  });

  test('is 1 when a metric of --fail-on is worse, which --tolerance and --fail-on can change', async () => {
    await put(fitOfFirst({ accuracy: 0.9 }));
    await put(fitOfSecond({ accuracy: 0.6 }));
    expect(await diff('v1')).toContain('Worse: cnn (accuracy, macro F1).');
    expect(said.code).toBe(1);
    // One run before and after gives no verdict on times.
    expect(await diff('v1', '--fail-on', 'fit-time,memory')).toContain(
      'No verdict: cnn (fit inconclusive: ratio 1.00,',
    );
    expect(said.code).toBe(2);
    await diff('v1', '--fail-on', 'fit-time,memory', '--allow-missing');
    expect(said.code).toBe(0);
    await diff('v1', '--tolerance', 'accuracy=0.9');
    expect(said.code).toBe(1);
    await diff('v1', '--tolerance', 'accuracy=0.9', '--tolerance', 'macro-f1=0.9');
    expect(said.code).toBe(0);
  });

  test('is 1 when a time of --fail-on is worse', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      await put(fitOfFirst({ seed, trainSeconds: 10 + seed / 10 }));
      await put(fitOfSecond({ seed, trainSeconds: 14 + seed / 10 }));
    }
    await diff('v1', 'main', '--fail-on', 'fit-time');
    expect(said.code).toBe(1);
    expect(await diff('v1', 'main')).toMatch(
      /fit +▼ worse +10\.3 s → 14\.3 s +×1\.39 +ratio 1\.39, 5 and 5 runs, p < 0\.0001/,
    );
    expect(said.code).toBe(0);
    await diff('v1', 'main', '--fail-on', 'fit-time', '--tolerance', 'fit-time=2');
    expect(said.code).toBe(0);
  });

  test('is 2 when a model is missing, and 0 with --allow-missing; 1 when it failed', async () => {
    await put(fitOfFirst());
    await put(fitOfFirst({ model: 'knn' }));
    await put(fitOfSecond());
    expect(await diff('v1', 'main')).toContain('No verdict: knn (missing after).');
    expect(said.code).toBe(2);
    await diff('v1', 'main', '--allow-missing');
    expect(said.code).toBe(0);
    await put(makeFailedRecord({ model: 'knn', commit: commits[1], images: IMAGES }));
    expect(await diff('v1', 'main')).toContain('Worse: knn (failed after, seed 0: loss is NaN after epoch 2).');
    expect(said.code).toBe(1);
    await diff('v1', 'main', '--allow-missing');
    expect(said.code).toBe(1);
    // The other way round it is mended.
    await diff('main', 'v1');
    expect(said.code).toBe(0);
  });

  test('is 2 when a metric of --fail-on is incomparable, even with --allow-missing', async () => {
    const record = await put(fitOfFirst());
    const other = fitOfSecond();
    // Of a folder that is not here: nothing is fetched.
    await put({ ...other, dataset: { ...record.dataset, name: 'gone', splitHash: 'f'.repeat(64) } });
    expect(await diff('v1', 'main', '--allow-missing')).toContain(
      'No verdict: cnn (accuracy incomparable: different test images).',
    );
    expect(said.code).toBe(2);
  });

  test('is 2 when a metric of --fail-on was not measured', async () => {
    await put(fitOfFirst({ probabilities: false }));
    await put(fitOfSecond({ probabilities: false }));
    await diff('v1', 'main', '--fail-on', 'calibration-error');
    expect(said.code).toBe(2);
    await diff('v1', 'main', '--fail-on', 'calibration-error', '--allow-missing');
    expect(said.code).toBe(0);
  });
});

describe('the records before and after', () => {
  test('are those of commits, the work tree, folders or baselines', async () => {
    await put(fitOfFirst());
    const record = await put(fitOfSecond());
    await put({ ...record, git: { ...record.git!, dirty: true } });
    await put(fitOfFirst({ accuracy: 0.2 }), at('elsewhere'));
    expect(await diff('v1', 'dirty')).toContain(
      `v1 (${commits[0].slice(0, 8)}) → ${commits[1].slice(0, 8)} with uncommitted changes`,
    );
    expect(await diff(commits[0].slice(0, 7), at('elsewhere'))).toContain('Worse: cnn');
    expect(await diff('--save-baseline', 'good', 'v1')).toBe(
      `saved 1 record of v1 (${commits[0].slice(0, 8)}) in ${at('results', '.baselines', 'good')}`,
    );
    expect(said.code).toBe(0);
    expect(await diff('good', 'main')).toContain(`baseline good → main (${commits[1].slice(0, 8)})`);
    await expect(diff('--save-baseline', 'good')).rejects.toThrow(/--force replaces it/);
    await diff('--save-baseline', 'good', '--force');
    await expect(diff('--save-baseline', 'good', 'v1', 'main')).rejects.toThrow(/takes one name/);
  });

  test('are of the benchmark and the machine with the most models, and a note names the others', async () => {
    for (const model of ['cnn', 'knn']) {
      await put(fitOfFirst({ model }));
      await put(fitOfSecond({ model }));
    }
    await put({ ...fitOfFirst(), benchmark: 'small' });
    await put({ ...fitOfSecond(), benchmark: 'small' });
    await put(fitOfFirst({ machine: 'other' }));
    await put(fitOfSecond({ machine: 'other' }));
    const text = await diff('v1', 'main');
    expect(text).toContain('fashion-mnist on test-machine: 2 models compared');
    expect(text).toContain('Note: Not compared: fits of small. --benchmark chooses another benchmark.');
    expect(text).toContain('Note: Not compared: fits on other. --machine chooses another machine.');
    expect(await diff('v1', 'main', '--benchmark', 'small')).toContain('small on test-machine: 1 model compared');
    expect(await diff('v1', 'main', '--machine', 'other')).toContain('fashion-mnist on other: 1 model');
    await expect(diff('v1', 'main', '--machine', 'othr')).rejects.toThrow(/did you mean "other"/);
  });

  test('of different machines are compared with --across-machines, except for their times', async () => {
    await put(fitOfFirst());
    await put(fitOfSecond({ machine: 'other' }));
    await expect(diff('v1', 'main')).rejects.toThrow(/^nothing to compare: .*; --across-machines compares/);
    const { models } = readOutput(await diff('v1', 'main', '--across-machines', '--json'));
    const verdicts = models[0].metrics.map(({ metric, verdict }: never) => [metric, verdict]);
    expect(verdicts).toContainEqual(['fit-time', 'incomparable']);
    expect(verdicts).toContainEqual(['accuracy', 'same']);
  });

  test('must have a model in common', async () => {
    await put(fitOfFirst({ model: 'cnn' }));
    await put(fitOfSecond({ model: 'knn' }));
    await expect(diff('v1', 'main')).rejects.toThrow(/have no model in common$/);
    await expect(diff()).rejects.toThrow(/^nothing to compare with .*: name a commit/);
    await expect(diff('v2')).rejects.toThrow(
      /^unknown commit, folder of records or baseline: "v2"; these have records:/,
    );
  });
});

test('wrong options are refused with the reason', async () => {
  await put(fitOfFirst());
  await put(fitOfSecond());
  const wrong = (...args: string[]) => expect(diff('v1', 'main', ...args)).rejects;
  await wrong('--tolerance', 'speed=1').toThrow(
    /unknown metric: "speed"; known: accuracy, balanced-accuracy, macro-f1/,
  );
  await wrong('--tolerance', 'accuracy').toThrow(/accuracy takes a fraction below 1, at least 0: accuracy=0.002/);
  await wrong('--tolerance', 'accuracy=2').toThrow(/accuracy takes a fraction/);
  await wrong('--tolerance', 'fit-time=0.9').toThrow(/fit-time takes a factor from 1/);
  await wrong('--fail-on', 'accuracy,f1').toThrow(/unknown metric: "f1"; known: accuracy/);
  await wrong('--json', '--markdown').toThrow(/both print/);
  await wrong('--machine', 'test-machine', '--across-machines').toThrow(/exclude each other/);
});

test('records that cannot be read are named and left out', async () => {
  await put(fitOfFirst());
  await put(fitOfSecond());
  await writeFile(at('results', 'bad.json'), '{');
  await diff('v1', 'main');
  expect(said.err).toEqual([expect.stringMatching(/^left out: .*bad\.json: not JSON/)]);
});

/** The same record with the predictions of two images swapped: only the true classes show that these are not its own. */
function swapped<T extends FinishedRecord>(record: T): T {
  const labels = decodeLabels(record.predictions);
  [labels[0], labels[1]] = [labels[1]!, labels[0]!];
  return { ...record, predictions: encodeLabels(labels) };
}

test('records whose scores are not those of their predictions are named and left out, and an older record counts', async () => {
  await put(fitOfFirst());
  const { file, record } = {
    record: fitOfSecond({ startedAt: '2026-03-01T00:00:00Z' }),
    file: at('results', 'new.json'),
  };
  await put(fitOfSecond());
  await writeRecord(file, swapped(record));
  const { models } = readOutput(await diff('v1', 'main', '--json'));
  expect(said.err).toEqual([
    expect.stringMatching(
      /^left out: .*new\.json: metrics\.confusion\.0\.0: \d+; the predictions of its test images give/,
    ),
  ]);
  expect(models[0].metrics[0]).toMatchObject({ metric: 'accuracy', verdict: 'same' });
});

test('nothing is compared when all records of a commit are left out', async () => {
  await put(fitOfFirst());
  await put(swapped(fitOfSecond()));
  await expect(diff('v1', 'main')).rejects.toThrow(/^no record of main/);
  expect(said.err).toHaveLength(1);
});

test('prints JSON and writes Markdown and a page in the same run', async () => {
  const records = [await put(fitOfFirst({ accuracy: 0.9 })), await put(fitOfSecond({ accuracy: 0.6 }))];
  const [markdown, page] = [at('out', 'diff.md'), at('out', 'diff.html')];
  const data = readOutput(await diff('v1', '--json', '--markdown', markdown, '--html', page));
  expect(data.outcome).toEqual({
    exitCode: 1,
    reasons: ['cnn (accuracy, macro F1)'],
    failOn: ['accuracy', 'macro-f1'],
  });
  expect(data).toMatchObject({
    output: 'diff',
    version: 1,
    before: { name: expect.stringContaining('v1'), commit: commits[0], dirty: false, records: 1 },
    after: { commit: commits[1], dirty: false, records: 1 },
  });
  const [{ metrics, mcnemar, flips }] = data.models;
  const isRight = ({ predictions }: FinishedRecord) => {
    const truth = makeTruth(IMAGES);
    return [...decodeLabels(predictions)].map((label, i) => label === truth[i]);
  };
  const [before, after] = records.map(isRight) as [boolean[], boolean[]];
  const fixed = after.filter((right, i) => right && !before[i]).length;
  const broke = before.filter((right, i) => right && !after[i]).length;
  expect(broke).toBeGreaterThan(50);
  expect(flips).toHaveLength(fixed + broke);
  expect(mcnemar).toEqual({
    seeds: { before: 0, after: 0 },
    images: IMAGES,
    fixed,
    broke,
    p: mcnemarTest(fixed, broke),
  });
  expect(metrics).toContainEqual(
    expect.objectContaining({
      ...{ metric: 'accuracy', field: 'accuracy', unit: 'fraction', verdict: 'worse' },
      ...{ before: records[0]!.metrics.accuracy, after: records[1]!.metrics.accuracy },
      ...{ interval: [expect.any(Number), expect.any(Number)], p: expect.any(Number), ratio: null },
      evidence: expect.stringContaining(`fixed ${fixed}, broke ${broke}`),
    }),
  );
  expect(metrics).toContainEqual(
    expect.objectContaining({
      ...{ metric: 'fit-time', field: 'fitSeconds', unit: 'seconds', before: records[0]!.timing.trainSeconds },
      ...{ p: null, runs: { before: 1, after: 1 } },
    }),
  );
  expect(said.err).toEqual([`wrote ${markdown}`, `wrote ${page}`]);
  expect(await readFile(markdown, 'utf8')).toContain('Worse: cnn');
  expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>/);
  expect(await diff('v1', '--markdown')).toBe((await readFile(markdown, 'utf8')).trimEnd());
});

test('warns when the test images are not on the machine', async () => {
  const [one, other] = [fitOfFirst({ accuracy: 0.9 }), fitOfSecond({ accuracy: 0.6 })];
  for (const record of [one, other]) {
    await put({ ...record, dataset: { ...record.dataset, name: 'gone', splitHash: 'e'.repeat(64) } });
  }
  const text = await diff('v1', 'main');
  expect(text).toContain('Note: The test images are not on this machine');
  expect(text).toContain('No verdict: cnn (accuracy inconclusive: no test without the test images).');
  expect(said.code).toBe(2);
});

test('shows only the models of --models', async () => {
  for (const model of ['cnn', 'knn', 'svm']) {
    await put(fitOfFirst({ model }));
    await put(fitOfSecond({ model }));
  }
  const { models } = readOutput(await diff('v1', 'main', '--models', 'knn,svm', '--json'));
  expect(models.map(({ name }: never) => name).sort()).toEqual(['knn', 'svm']);
  await expect(diff('v1', 'main', '--models', 'mlp')).rejects.toThrow(/^no record of mlp at v1/);
});

describe('diff --run', () => {
  let toy: ToyProject;

  beforeEach(() => {
    toy = makeToyProject(at());
  });

  const run = (...args: string[]) => diffOf(toy.folder, ...args, '--run');
  /** Which commit each run was of, and with which options. */
  const runs = () =>
    toyLog()
      .filter((line) => line.startsWith('run'))
      .map((line) => line.replace(/^run (\S+) \d+ (.*) --out --no-report$/, '$1 $2'));
  const runOf = (hash: string, args: string) => `${hash.slice(0, 8)} --benchmark fashion-mnist ${args}`;

  test('announces and measures both commits, compares them, and leaves the checkout unchanged', async () => {
    await writeFile(path.join(toy.folder, 'models/knn.ts'), 'const unsaved = 1;');
    const before = stateOf(toy.folder);
    const text = await run('v1', 'HEAD', '--models', 'knn');
    expect(text).toContain(`v1 (${toy.first.slice(0, 8)}) → HEAD (${toy.second.slice(0, 8)})`);
    expect(text).toMatch(/accuracy +▲ better/);
    expect(said.code).toBe(0);
    expect(said.err[0]).toBe(
      `to measure on fashion-mnist, alternating: 1 fit of v1 (${toy.first.slice(0, 8)}) and 1 fit of HEAD ` +
        `(${toy.second.slice(0, 8)}); no record shows how long knn will take`,
    );
    const args = '--models knn --seed 1';
    expect(runs()).toEqual([runOf(toy.first, args), runOf(toy.second, args)]);
    expect(stateOf(toy.folder)).toBe(before);
  });

  test('alternates with repeats, and runs only the missing fits, with an estimate', async () => {
    await run('v1', 'main', '--models', 'knn');
    await run('v1', 'main', '--models', 'knn', '--repeats', '3');
    const args = '--models knn --seed 1';
    const round = [runOf(toy.first, args), runOf(toy.second, args)];
    expect(runs()).toEqual([...round, ...round, ...round]);
    expect(said.err[0]).toMatch(/: 2 fits of v1 .* and 2 fits of main .*; about 64.0 s, as earlier records show$/);
    const { models } = readOutput(await run('v1', 'main', '--repeats', '3', '--json'));
    expect(runs()).toHaveLength(6);
    expect(said.err).toEqual([
      'left out: svm, whose code is the same before and after',
      'nothing to measure: every fit already has a record',
    ]);
    expect(models[0].metrics).toContainEqual(
      expect.objectContaining({ metric: 'fit-time', evidence: expect.stringContaining('3 and 3 runs') }),
    );
    await run('v1', 'main', '--seeds', '2');
    expect(runs().slice(6)).toEqual([
      runOf(toy.first, '--models knn --seed 2'),
      runOf(toy.second, '--models knn --seed 2'),
    ]);
  });

  test('measures uncommitted changes, and again when a model has changed', async () => {
    const knn = path.join(toy.folder, 'models/knn.ts');
    await expect(run('HEAD', 'dirty', '--models', 'knn')).rejects.toThrow(/^the work tree has no uncommitted changes/);
    for (const [unsaved, expected] of [
      [1, 2],
      [2, 3],
      [2, 3],
      // The records of the first edit are still there.
      [1, 3],
    ] as const) {
      await writeFile(knn, `export const unsaved = ${unsaved};`);
      await stubToyCodes(toy.folder);
      // AFTER is the checked-out code by default.
      await run('HEAD', ...(unsaved === 1 ? ['dirty'] : []), '--models', 'knn');
      expect(runs()).toHaveLength(expected);
      expect(said.out.join()).toContain(`${toy.second.slice(0, 8)} with uncommitted changes`);
    }
  });

  test('measures only the commit where the other name is a folder or a baseline, with the models of that', async () => {
    await put(makeRecord({ images: IMAGES, model: 'knn', seed: 1 }), at('elsewhere'));
    await run(at('elsewhere'), 'main');
    expect(runs()).toEqual([runOf(toy.second, '--models knn --seed 1')]);
    await diffOf(toy.folder, '--save-baseline', 'good', 'main');
    await run('good', 'v1');
    expect(runs()[1]).toBe(runOf(toy.first, '--models knn --seed 1'));
    await expect(run('good', at('elsewhere'))).rejects.toThrow(/^--run measures commits/);
  });

  test('measures a model that is new, and fails where one is gone', async () => {
    await writeFile(path.join(toy.folder, 'models/cnn.ts'), '');
    git(toy.folder, 'add', '.');
    commit(toy.folder, 'a third model');
    await stubToyCodes(toy.folder);
    // Records of other models do not narrow the plan.
    await put(makeRecord({ images: IMAGES, model: 'knn', seed: 1, commit: toy.second }));
    const text = await run('main~1', 'HEAD');
    expect(runs().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      '--benchmark fashion-mnist --models cnn --seed 1',
    ]);
    expect(text).toMatch(/Models only after\nmodel +accuracy.*\ncnn /);
    expect(said.code).toBe(0);
    expect(await run('HEAD', 'main~1', '--models', 'cnn')).toContain(
      'No verdict: cnn (removed: the code after does not have it).',
    );
    expect(said.code).toBe(2);
    await run('HEAD', 'main~1', '--models', 'cnn', '--allow-missing');
    expect(said.code).toBe(0);
    await expect(run('v1', 'HEAD', '--models', 'mlp')).rejects.toThrow(/^unknown model: "mlp"/);
  });

  test('exits with 0 where the code of every model is the same', async () => {
    await run('v1', 'main', '--models', 'svm');
    expect(said).toEqual({
      out: ['Not compared, because the code of all models is the same before and after.'],
      err: ['left out: svm, whose code is the same before and after'],
      code: 0,
    });
    // A pull request that changes documents gets a comment, too.
    const text = await run('v1', 'main', '--models', 'svm', '--markdown');
    expect(text).toContain('Not compared, because the code of all models is the same');
    expect(readOutput(await run('v1', 'main', '--models', 'svm', '--json'))).toMatchObject({
      outcome: { exitCode: 0, reasons: [] },
      before: { commit: toy.first, dirty: false, records: 0 },
      after: { commit: toy.second, dirty: false, records: 0 },
      benchmark: null,
      models: [],
    });
    expect(runs()).toEqual([]);
  });

  test('exits as diff does, and continues after a failed fit', async () => {
    vi.stubEnv('TOY_FAIL', 'svm');
    const text = await run('main', 'v1', '--models', 'knn,svm');
    expect(text).toContain('Worse: knn');
    expect(said.code).toBe(1);
  });

  test('refuses what it cannot measure, with the reason', async () => {
    const wrong = (...args: string[]) => expect(run(...args)).rejects;
    await wrong().toThrow(/^nothing to compare with/);
    await wrong('HEAD').toThrow(/^both names are the same code/);
    await wrong('main', 'HEAD').toThrow(/^both names are the same code/);
    await wrong('mian').toThrow(/^unknown commit: "mian"; did you mean "main"/);
    await wrong('v1', '--machine', 'other').toThrow(/^--run measures on this machine, test-machine/);
    await wrong('v1', '--across-machines').toThrow(/^--run and --across-machines exclude each other/);
    await wrong('v1', '--benchmark', 'quik').toThrow(/^unknown benchmark: "quik"; did you mean "quick"/);
    await wrong('v1', '--benchmark', 'latency', '--quick').toThrow(/^--quick is short for/);
    await expect(diffOf(toy.folder, 'v1', '--repeats', '2')).rejects.toThrow(/^--seeds and --repeats say what --run/);
    expect(runs()).toEqual([]);
  });
});
