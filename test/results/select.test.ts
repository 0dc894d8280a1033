import { expect, test } from 'vitest';
import type { FitRecord } from '../../src/results/schema.ts';
import { latestRecords, ofNewestCode, oneOfEachSeed } from '../../src/results/select.ts';
import { makeFailedRecord, makeRecord, type RecordShape } from '../fixtures/records.ts';

const at = (hour: number, shape: RecordShape = {}, overrides: Parameters<typeof makeRecord>[1] = {}) =>
  makeRecord({ ...shape, startedAt: `2026-01-02T0${hour}:00:00Z` }, overrides);
const latest = (...records: FitRecord[]) =>
  latestRecords(records.map((record) => ({ record }))).map(({ record }) => record);

test('keeps the newest of each model and seed, wherever it is in the list', () => {
  const [old, fresh, other] = [at(1), at(3), at(2, { seed: 1 })];
  expect(latest(old, other, fresh)).toEqual([fresh, other]);
  expect(latest(fresh, other, old)).toEqual([fresh, other]);
});

test('keeps what differs in benchmark, model, parameters or split', () => {
  const base = at(1);
  const records = [
    base,
    at(2, { model: 'mlp' }),
    at(2, {}, { benchmark: 'quick' }),
    at(2, {}, { model: { ...base.model, params: { ...base.model.params, epochs: 99 } } }),
    at(2, {}, { dataset: { ...base.dataset, splitHash: '0'.repeat(64) } }),
  ];
  expect(latest(...records)).toEqual(records);
});

test('ignores the order of parameters, the commit and the machine', () => {
  const base = at(1);
  const params = Object.fromEntries(Object.entries(base.model.params).reverse());
  const fresh = at(2, { commit: 'f'.repeat(40), machine: 'other' }, { model: { ...base.model, params } });
  expect(latest(base, fresh)).toEqual([fresh]);
});

test('lets a newer failure replace an older success', () => {
  const failed = makeFailedRecord({ startedAt: '2026-01-02T05:00:00Z' });
  expect(latest(at(1), failed)).toEqual([failed]);
});

test('compares times, not texts, and takes the later in the list of two equally new', () => {
  const [early, late] = [
    makeRecord({ startedAt: '2026-01-02T03:00:00Z' }),
    makeRecord({ startedAt: '2026-01-02T03:00:00.500Z' }),
  ];
  expect(latest(late, early)).toEqual([late]);
  const equal = makeRecord({ startedAt: '2026-01-02T03:00:00.500Z', machine: 'equal' });
  expect(latest(late, equal)).toEqual([equal]);
});

test('keeps the repeats by the same code, and no older ones', () => {
  const newer = { commit: 'f'.repeat(40) };
  const old = [1, 2, 3].map((repeat) => at(repeat, { repeat }));
  const fresh = [at(5, { ...newer, repeat: 1 }), at(6, { ...newer, repeat: 2 })];
  expect(latest(...old)).toEqual(old);
  expect(latest(...old, ...fresh)).toEqual(fresh);
  const again = at(7, { ...newer, repeat: 1 });
  expect(latest(...old, ...fresh, again)).toEqual([again, fresh[1]]);
});

test('leaves out fits by older code of a model, whatever their parameters', () => {
  const fresh = at(3);
  const model = { ...fresh.model, sourceHash: '0'.repeat(64), params: { ...fresh.model.params, epochs: 99 } };
  const old = at(1, {}, { model });
  const other = at(1, { model: 'mlp' });
  const entries = [old, other, fresh].map((record) => ({ record }));
  expect(ofNewestCode(entries)).toEqual([entries[1], entries[2]]);
});

test('keeps one fit of each seed, a finished one if there is one', () => {
  const [first, second] = [at(1, { repeat: 1 }), at(2, { repeat: 2 })];
  const other = at(1, { seed: 1, repeat: 2 });
  expect(oneOfEachSeed([second, other, first])).toEqual([first, other]);
  const failed = makeFailedRecord({ repeat: 1 });
  expect(oneOfEachSeed<FitRecord>([failed, second])).toEqual([second]);
  expect(oneOfEachSeed<FitRecord>([failed])).toEqual([failed]);
});

test('keeps the other fields of an entry, and returns nothing for nothing', () => {
  expect(latestRecords([{ file: 'a.json', record: at(1) }])).toEqual([{ file: 'a.json', record: at(1) }]);
  expect(latestRecords([])).toEqual([]);
});
