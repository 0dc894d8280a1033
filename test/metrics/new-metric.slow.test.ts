// A new metric is a formula and one entry in the list: scores, records, report, diff and history then have it.
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { diffCommand } from '../../src/cli/diff.ts';
import { historyCommand } from '../../src/cli/history.ts';
import { compareRecords } from '../../src/commits/compare/compare-records.ts';
import { buildHistory } from '../../src/commits/history/build-history.ts';
import { imageMetrics } from '../../src/metrics/find-metric.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { score } from '../../src/metrics/score.ts';
import { buildReport } from '../../src/report/model/build-report.ts';
import { leaderboardTable } from '../../src/report/sections/leaderboard-table.ts';
import { scoresAndCosts } from '../../src/report/sections/scores-and-costs.ts';
import { readRecord } from '../../src/results/read.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTests } from '../report/images.ts';

vi.mock('../../src/metrics/all-metrics.ts', async (importOriginal) => {
  const { allMetrics } = await importOriginal<typeof import('../../src/metrics/all-metrics.ts')>();
  return { allMetrics: [...allMetrics.filter(({ id }) => id !== cohenKappa.id), cohenKappa] };
});

/** Agreement with the truth beyond chance. Not defined where all images are of one class and predicted as such. */
const cohenKappa = vi.hoisted(
  (): Metric => ({
    id: 'cohen-kappa',
    title: "Cohen's kappa",
    key: 'cohenKappa',
    unit: 'number',
    better: 'higher',
    minimumEffect: 0.002,
    test: 'images',
    from: 'confusion',
    compute(confusion) {
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      const total = sum(confusion.map(sum));
      const observed = sum(confusion.map((row, label) => row[label]!)) / total;
      const byChance = sum(confusion.map((row, label) => sum(row) * sum(confusion.map((other) => other[label]!))));
      const expected = byChance / total ** 2;
      return expected === 1 ? null : (observed - expected) / (1 - expected);
    },
    showIn: ['leaderboard', 'diff'],
  }),
);

const kappaOf = (record: FinishedRecord) => record.metrics['cohenKappa'] as number;

/** A record as it was written before the metric was in the list. */
function withoutKappa(record: FinishedRecord): FinishedRecord {
  const { cohenKappa: _, ...metrics } = record.metrics;
  return { ...record, metrics: metrics as FinishedRecord['metrics'] };
}

test('is scored', () => {
  // (3 + 2) / 10 observed; (4 x 7 + 6 x 3) / 100 expected: 0.04 / 0.54.
  const truth = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
  const labels = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 1, 1);
  expect((score(truth, { labels }, 2) as unknown as Record<string, number>)['cohenKappa']).toBeCloseTo(0.04 / 0.54, 12);
});

test('is null where it is not defined', () => {
  expect(score(Uint8Array.of(0, 0), { labels: Uint8Array.of(0, 0) }, 2)).toMatchObject({ cohenKappa: null });
});

test('is kept by records, of which some lack it', async () => {
  const file = path.join(await temporaryFolder(), 'record.json');
  const record = makeRecord();
  expect(kappaOf(record)).toBeGreaterThan(0.8);
  for (const one of [record, withoutKappa(record)]) {
    await writeRecord(file, one);
    expect(await readRecord(file)).toEqual(one);
  }
});

describe('in the report', () => {
  test.each([
    ['as stored', makeRecord()],
    ['computed for a record without it', withoutKappa(makeRecord())],
  ])('has columns in the leaderboard and in the scores: %s', (_, record) => {
    const comparison = buildReport([record]).comparisons[0]!;
    const { columns, rows } = leaderboardTable(comparison).table;
    const place = columns.findIndex(({ head }) => head === "Cohen's kappa");
    const written = kappaOf(makeRecord()).toFixed(4);
    expect(rows[0]![place]).toMatchObject({ text: written, value: expect.closeTo(kappaOf(makeRecord()), 4) });
    const scores = JSON.stringify(scoresAndCosts(comparison));
    expect(scores).toContain("Cohen's kappa");
    expect(scores).toContain(written);
  });
});

const before = makeRecord({ accuracy: 0.7, images: 400, commit: '1'.repeat(40) });
const after = makeRecord({ accuracy: 0.95, images: 400, commit: '2'.repeat(40), startedAt: '2026-02-01T00:00:00Z' });

test('is compared, with an interval from resampled images', () => {
  const { metrics, models } = compareRecords(
    { name: 'before', records: [withoutKappa(before)] },
    { name: 'after', records: [after] },
    { tests: makeTests([before]), tolerance: {} },
  );
  expect(metrics).toContain('cohen-kappa');
  const change = models[0]!.metrics.find(({ metric }) => metric === 'cohen-kappa')!;
  expect(change).toMatchObject({ verdict: 'better', before: kappaOf(before), after: kappaOf(after) });
  expect(change.interval![0]).toBeGreaterThan(0.1);
});

test('has a history', () => {
  const { machines } = buildHistory([before, after], {
    benchmark: 'fashion-mnist',
    metrics: ['cohen-kappa'],
    graph: new Map(),
    tests: makeTests([before]),
  });
  expect(machines[0]!.lines).toMatchObject([
    {
      metric: 'cohen-kappa',
      points: [{ value: kappaOf(before) }, { value: kappaOf(after), change: { verdict: 'better' } }],
    },
  ]);
});

test('is shown by the commands', async () => {
  const folder = await temporaryFolder();
  await writeRecord(path.join(folder, 'a', 'record.json'), before);
  await writeRecord(path.join(folder, 'b', 'record.json'), after);
  const said: Said = { out: [], err: [], code: null };
  const run = (command: ReturnType<typeof diffCommand>, ...args: string[]) =>
    command.exitOverride().parseAsync(args, { from: 'user' });
  const sides = [path.join(folder, 'a'), path.join(folder, 'b')];
  await run(diffCommand(recordingIo(said), folder), ...sides, '--markdown', '--fail-on', 'cohen-kappa');
  await run(historyCommand(recordingIo(said), folder), 'cohen-kappa', '--results', folder);
  const [diff, history] = said.out;
  // Without the test images, of which these records have none, there is no verdict.
  expect(diff).toContain(`+${(kappaOf(after) - kappaOf(before)).toFixed(4)}`);
  expect(history).toContain("Cohen's kappa");
  expect(history).toContain(kappaOf(after).toFixed(4));
  for (const command of [diffCommand(recordingIo(said)), historyCommand(recordingIo(said))]) {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp();
    expect(help.join('')).toContain('cohen-kappa');
  }
});

test('has a key that no other field of the record has', () => {
  const keys = imageMetrics().map(({ key }) => key);
  expect(keys).toHaveLength(new Set(keys).size);
  for (const taken of ['perClass', 'confusion', 'train', 'validation']) expect(keys).not.toContain(taken);
});
