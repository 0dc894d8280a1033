import { expect, test } from 'vitest';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { findMeasured, remarksOf } from '../../src/run/find-measured.ts';
import { fakeFit } from '../fixtures/plans.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';

const CODE = 'c'.repeat(64);
const made = makeRecord({ model: 'knn', seed: 1 });
const record: FinishedRecord = { ...made, model: { ...made.model, codeHash: CODE } };
const place = { benchmark: 'fashion-mnist', machine: made.machine, device: 'cpu' } as const;

const split = {
  ...record.dataset,
  folder: '',
  counts: { train: 1, validation: 1, test: 1 },
};
const plain = fakeFit('knn', split, 'knn.json');
const fit = {
  ...plain,
  job: { ...plain.job, params: record.model.params },
  facts: { ...plain.facts, model: { ...plain.facts.model, sourceHash: made.model.sourceHash, codeHash: CODE } },
};
const find = (...records: Parameters<typeof findMeasured>[1]) => findMeasured(fit, records, place);

test('the record of a fit is found whatever its commit, the newest of several', () => {
  const elsewhere = { ...record, git: { ...record.git!, commit: 'e'.repeat(40), dirty: true } };
  const older = { ...record, startedAt: '2020-01-01T00:00:00Z' };
  expect(find(older, elsewhere, older)).toBe(elsewhere);
  expect(find(older)).toBe(older);
});

test.each<[string, Partial<FinishedRecord>]>([
  ['code', { model: { ...record.model, codeHash: 'd'.repeat(64) } }],
  ['parameters', { model: { ...record.model, params: { ...record.model.params, k: 9 } } }],
  ['images', { dataset: { ...record.dataset, splitHash: 'd'.repeat(64) } }],
  ['benchmark', { benchmark: 'quick' }],
  ['batch sizes of the latency', { latency: [{ batch: 1 } as FinishedRecord['latency'][number]] }],
  ['machine', { machine: { ...record.machine, id: 'other' } }],
  ['device', { software: { ...record.software, engine: { ...record.software.engine, device: 'gpu' } } }],
  ['seed', { seed: 2 }],
])('one of another %s is not', (_, change) => {
  expect(find({ ...record, ...change })).toBeNull();
});

test('one of another processor of that name, or of one that it does not know, is no measurement here', () => {
  const { processor, ...unknown } = record.machine;
  expect(find({ ...record, machine: { ...record.machine, processor: { ...processor, model: 1 } } })).toBeNull();
  expect(find({ ...record, machine: unknown })).toBeNull();
  const old = { ...record, machine: unknown };
  expect(findMeasured(fit, [old], { ...place, machine: unknown })).toBe(old);
  expect(remarksOf(old, old.git)).toEqual(['its processor is not known to be the same']);
});

test('the n-th repeat of a plan is the n-th record by number, of equal numbers the newest', () => {
  const otherCode = { ...record, model: { ...record.model, codeHash: 'd'.repeat(64) } };
  const [third, newer] = [3, 5].map((repeat) => ({ ...record, repeat, startedAt: `2026-02-0${repeat}T00:00:00Z` }));
  const older = { ...third!, startedAt: '2020-01-01T00:00:00Z' };
  const nth = (repeat: number) => {
    const planned = { ...fit, facts: { ...fit.facts, repeat } };
    return findMeasured(planned, [newer!, older, otherCode, third!], place);
  };
  expect([nth(1), nth(2), nth(3)]).toEqual([third, newer, null]);
});

test('batch sizes above the number of test images are not expected', () => {
  const withLatency = { ...record, latency: [{ batch: 1 } as FinishedRecord['latency'][number]] };
  const measuring = { ...fit, job: { ...fit.job, latencyBatches: [1, 32, 1000] } };
  expect(findMeasured(measuring, [withLatency], place)).toBe(withLatency);
});

test('a failed fit is made again', () => {
  const failed = makeFailedRecord({ model: 'knn', seed: 1 });
  expect(find({ ...failed, model: record.model })).toBeNull();
});

test('an older record without a code hash is told by its TypeScript, and that is said', () => {
  expect(find(made)).toBe(made);
  expect(remarksOf(made, made.git)).toEqual(['only its TypeScript is known to be the same']);
  expect(find({ ...made, model: { ...made.model, sourceHash: 'd'.repeat(64) } })).toBeNull();
});

test('the commit of the record is said where it differs, and what the code hash does not cover', () => {
  expect(remarksOf(record, record.git)).toEqual([]);
  const git = { ...record.git!, commit: 'e'.repeat(40) };
  expect(remarksOf(record, git)).toEqual(['measured at 01234567, with the same code']);
  expect(remarksOf({ ...record, git: { ...record.git!, dirty: true } }, record.git)).toEqual([
    'measured at 01234567 with uncommitted changes, with the same code',
  ]);
  const unhashed = ['models/knn.ts opens a file whose path it computes'];
  expect(remarksOf({ ...record, git: null, model: { ...record.model, unhashed } }, record.git)).toEqual([
    'measured at no commit, with the same code',
    'not known to be the same: models/knn.ts opens a file whose path it computes',
  ]);
});
