import { describe, expect, test } from 'vitest';
import { compareRecords } from '../../../src/commits/compare/compare-records.ts';
import { buildHistory } from '../../../src/commits/history/build-history.ts';
import type { HistoryLine, MachineHistory } from '../../../src/commits/history/history-data.ts';
import type { CommitGraph } from '../../../src/git/commit-graph.ts';
import { UNKNOWN_PROCESSOR_NOTE } from '../../../src/results/machine-identity.ts';
import type { FinishedRecord, FitRecord } from '../../../src/results/schema.ts';
import { makeFailedRecord, type RecordShape } from '../../fixtures/records.ts';
import { makeTests } from '../../report/images.ts';
import { chain, fitAt, hashOf, withParams } from './pasts.ts';

const IMAGES = 400;
const fitOf = (commit: number, shape: RecordShape = {}, dirty = false): FinishedRecord =>
  fitAt(commit, { images: IMAGES, ...shape }, dirty);

function build(
  records: readonly FitRecord[],
  options: {
    metrics?: readonly string[];
    graph?: CommitGraph;
    model?: string;
    last?: number;
    machine?: string;
    timesOfAnyMachine?: boolean;
  } = {},
) {
  return buildHistory(records, {
    benchmark: 'fashion-mnist',
    metrics: ['accuracy'],
    graph: chain(...Array.from({ length: 40 }, (_, i) => i)),
    tests: makeTests(records),
    ...options,
  });
}

function only(records: readonly FitRecord[], options: Parameters<typeof build>[1] = {}): MachineHistory {
  const { machines } = build(records, options);
  expect(machines).toHaveLength(1);
  return machines[0]!;
}

const verdicts = ({ points }: HistoryLine) => points.map(({ change }) => change?.verdict ?? null);

describe('verdicts', () => {
  test('are those of npm run diff, on all models together', () => {
    const before = [fitOf(1, { accuracy: 0.9 }), fitOf(1, { model: 'knn', accuracy: 0.8 }), fitOf(1, { model: 'svm' })];
    const after = [fitOf(2, { accuracy: 0.7 }), fitOf(2, { model: 'knn', accuracy: 0.83 }), fitOf(2, { model: 'svm' })];
    const tests = makeTests(before);
    const diffOf = (metric: string) =>
      compareRecords(
        { name: 'a', records: before },
        { name: 'b', records: after },
        { tests, tolerance: {}, metrics: [metric] },
      );
    for (const metric of ['accuracy', 'macro-f1', 'fit-time'] as const) {
      const { lines } = only([...before, ...after], { metrics: [metric] });
      expect(lines.map(({ name }) => name)).toEqual(['cnn', 'knn', 'svm']);
      for (const { name, points } of lines) {
        const model = diffOf(metric).models.find((one) => one.name === name)!;
        const expected = model.metrics.find((one) => one.metric === metric);
        expect(points[1]!.change).toMatchObject({ ...expected, since: 0, by: 'pair' });
      }
    }
    expect(verdicts(only([...before, ...after]).lines[0]!)).toEqual([null, 'worse']);
    // One model shown alone is judged as among all.
    const alone = only([...before, ...after], { model: 'knn' });
    expect(alone.lines).toEqual(only([...before, ...after]).lines.filter(({ name }) => name === 'knn'));
  });

  test('compare with the last measurement that has a value, across commits without the model or with failed fits', () => {
    const failed = makeFailedRecord({ images: IMAGES }, { git: fitOf(2).git });
    const { lines } = only([
      fitOf(1, { accuracy: 0.95 }),
      failed,
      fitOf(3, { model: 'svm' }),
      fitOf(4, { accuracy: 0.7 }),
    ]);
    expect(lines[0]!.points).toMatchObject([
      { state: 0, change: null },
      { state: 1, value: null, failures: ['seed 0: loss is NaN after epoch 2'], change: null },
      { state: 3, change: { verdict: 'worse', since: 0, span: { commits: 3, middle: hashOf(2) } } },
    ]);
  });

  test('need no images for times, and say what is missing for accuracies', () => {
    const records = [1, 2].flatMap((commit) =>
      [1, 2, 3, 4, 5].map((repeat) => fitOf(commit, { repeat, trainSeconds: commit * 10 + repeat / 10 })),
    );
    const tests = new Map();
    const built = buildHistory([...records, fitOf(3, { accuracy: 0.5 })], {
      benchmark: 'fashion-mnist',
      metrics: ['accuracy', 'fit-time'],
      graph: chain(1, 2, 3),
      tests,
    });
    const [accuracy, time] = built.machines[0]!.lines;
    expect(verdicts(accuracy!)).toEqual([null, 'same', 'inconclusive']);
    expect(verdicts(time!)).toEqual([null, 'worse', 'inconclusive']);
    expect(time!.points[1]).toMatchObject({ value: 20.3, range: [20.1, 20.5], count: 5 });
  });
});

describe('a step of few runs', () => {
  const slow = (from: number, shape: RecordShape = {}) =>
    Array.from({ length: 14 }, (_, i) =>
      fitOf(i, { ...shape, trainSeconds: (i < from ? 10 : 14) + ((i * 5) % 7) / 10 }),
    );

  test('is found in several commits, at the commit where it begins', () => {
    const [line] = only(slow(7), { metrics: ['fit-time'] }).lines;
    expect(verdicts(line!).map((verdict, i) => (verdict === 'worse' ? i : null))).toEqual(
      Array.from({ length: 14 }, (_, i) => (i === 7 ? 7 : null)),
    );
    expect(line!.points[7]!.change).toMatchObject({
      by: 'series',
      // the middle of seven tenths, 0 to 6
      before: expect.closeTo(10.3, 12),
      after: expect.closeTo(14.3, 12),
      evidence: '7 runs in 7 measurements before, 7 in 7 after, p = 0.0076',
      span: { commits: 1, middle: null, isDescendant: true },
    });
  });

  test('is not found where times change by less than a tenth', () => {
    const records = slow(7).map((record, i) => ({
      ...record,
      timing: { ...record.timing, trainSeconds: (i < 7 ? 10 : 10.9) + i / 1000 },
    }));
    const [line] = only(records, { metrics: ['fit-time'] }).lines;
    expect(verdicts(line!).slice(1)).toEqual(Array(13).fill('inconclusive'));
  });

  test('is not found in repeated predictions, but in new fits that agree', () => {
    const commits = Array.from({ length: 16 }, (_, i) => i);
    const fits = (seedsOf: (commit: number) => readonly number[]) =>
      commits.flatMap((i) => seedsOf(i).map((seed) => fitOf(i, { seed, accuracy: i < 8 ? 0.9 : 0.855 })));
    // Two seeds for each commit: diff is inconclusive. Repeated predictions count as two runs before and two after.
    const repeated = fits((i) => (i < 8 ? [1, 2] : [3, 4]));
    expect(verdicts(only(repeated).lines[0]!)).not.toContain('worse');
    const fresh = fits((i) => [100 + 2 * i, 101 + 2 * i]);
    const places = verdicts(only(fresh).lines[0]!).flatMap((verdict, i) => (verdict === 'worse' ? i : []));
    expect(places.some((place) => Math.abs(place - 8) <= 1)).toBe(true);
  });

  test('is not sought across incomparable measurements', () => {
    const records = slow(7).map((record, i) => {
      const engine = { ...record.software.engine, device: i < 7 ? ('cpu' as const) : ('gpu' as const) };
      return { ...record, software: { ...record.software, engine } };
    });
    const [line] = only(records, { metrics: ['fit-time'] }).lines;
    expect(verdicts(line!)[7]).toBe('incomparable');
    expect(verdicts(line!)).not.toContain('worse');
  });

  test('that most models have at once gets a caution', () => {
    const models = ['cnn', 'knn', 'svm'];
    const together = only(
      models.flatMap((model) =>
        [1, 2].flatMap((commit) =>
          [1, 2, 3, 4, 5].map((repeat) => fitOf(commit, { model, repeat, trainSeconds: commit * 10 + repeat / 10 })),
        ),
      ),
      { metrics: ['fit-time'] },
    );
    expect(together.cautions).toEqual([
      'fit: worse in 3 of 3 models between 0001aaaa and 0002aaaa. The cause is probably common to all, such as the ' +
        'machine or a shared module.',
    ]);
  });
});

describe('times of unknown processors', () => {
  const runs = (commit: number, trainSeconds: number): FitRecord[] =>
    [1, 2, 3, 4, 5].map((repeat) => {
      const record = fitOf(commit, { repeat, trainSeconds: trainSeconds + repeat / 10 });
      const { processor: _, ...machine } = record.machine;
      return { ...record, machine };
    });
  const records = [...runs(1, 10), ...runs(2, 20)];

  test('are not compared unless asked, and that is said', () => {
    const { lines, cautions, processors } = only(records, { metrics: ['fit-time'] });
    expect(verdicts(lines[0]!)).toEqual([null, 'incomparable']);
    expect(cautions).toEqual([UNKNOWN_PROCESSOR_NOTE]);
    expect(processors).toEqual(['Example CPU 3000, family unknown']);
    const asked = only(records, { metrics: ['fit-time'], timesOfAnyMachine: true });
    expect(verdicts(asked.lines[0]!)).toEqual([null, 'worse']);
    expect(asked.cautions).toEqual([]);
  });
});

describe('a series of times', () => {
  test('has no step where a lazy learner stores its images in 1.5 ms instead of 0.04 ms', () => {
    const records = Array.from({ length: 12 }, (_, commit) =>
      fitOf(commit, { trainSeconds: (commit < 6 ? 0.00004 : 0.0015) * (1 + (commit % 6) / 100), predictSeconds: 2 }),
    );
    const { lines } = only(records, { metrics: ['fit-time'] });
    expect(new Set(verdicts(lines[0]!).slice(1))).toEqual(new Set(['same']));
    const slow = records.map((record, commit) => {
      const trainSeconds = (commit < 6 ? 0.01 : 0.019) * (1 + (commit % 6) / 100);
      return { ...record, timing: { ...record.timing, trainSeconds: 0.02 + trainSeconds, curve: [] } };
    });
    expect(verdicts(only(slow, { metrics: ['fit-time'] }).lines[0]!)).not.toContain('worse');
  });
});

describe('lines', () => {
  test('never mix machines or benchmarks', () => {
    const elsewhere = { ...fitOf(1, { accuracy: 0.2 }), benchmark: 'quick' };
    const { machines } = build([fitOf(1), fitOf(2, { machine: 'other' }), fitOf(3), elsewhere]);
    expect(machines.map(({ machineId, lines }) => [machineId, lines.map(({ points }) => points.length)])).toEqual([
      ['test-machine', [2]],
      ['other', [1]],
    ]);
    expect(build([fitOf(1), fitOf(2, { machine: 'other' })], { machine: 'other' }).machines).toHaveLength(1);
    expect(build([elsewhere]).machines).toEqual([]);
  });

  test('leave out reference implementations and fits made outside a checkout', () => {
    const reference = fitOf(2);
    const { lines, cautions } = only([
      fitOf(1),
      { ...reference, model: { ...reference.model, role: 'reference' } },
      { ...fitOf(3), git: null },
    ]);
    expect(lines.map(({ points }) => points.length)).toEqual([1]);
    expect(cautions).toEqual(['1 fit left out: made outside a git checkout.']);
  });

  test('have separate points for uncommitted changes and unknown commits, with cautions', () => {
    const { states, cautions } = only([fitOf(1), fitOf(1, {}, true), fitOf(2)], { graph: chain(1) });
    expect(states.map(({ dirty, subject }) => [dirty, subject])).toEqual([
      [false, 'change 1'],
      [true, 'change 1'],
      [false, null],
    ]);
    expect(cautions).toEqual([
      'git does not know 0002aaaa (after a rebase or in a shallow clone). Unknown commits are placed by date.',
      'Measured with uncommitted changes: 0001aaaa-dirty.',
    ]);
  });

  test('list other differences', () => {
    const before = withParams(fitOf(1), { k: 5 });
    const changed = withParams(fitOf(2), { k: 7 });
    const after = { ...changed, software: { ...changed.software, node: '24.0.0' } };
    const { change } = only([before, after]).lines[0]!.points[1]!;
    expect(change).toMatchObject({
      differences: [
        { name: 'parameter k', before: '5', after: '7' },
        { name: 'Node', before: '20.19.0', after: '24.0.0' },
      ],
      isSameCode: true,
    });
    const other = { ...after, model: { ...after.model, sourceHash: 'ab'.repeat(32) } };
    expect(only([before, other]).lines[0]!.points[1]!.change!.isSameCode).toBe(false);
  });

  test('can be limited to the latest commits', () => {
    const { states, lines } = only([fitOf(1), fitOf(2), fitOf(3)], { last: 2 });
    expect(states.map(({ commit }) => commit)).toEqual([hashOf(2), hashOf(3)]);
    expect(lines[0]!.points.map(({ state }) => state)).toEqual([0, 1]);
  });

  test('have a command that measures them again, if that is npm run bench', () => {
    expect(only([fitOf(1)]).command).toBe('npm run bench -- --benchmark fashion-mnist');
    expect(only([{ ...fitOf(1), command: 'npm run references' }]).command).toBeNull();
  });
});
