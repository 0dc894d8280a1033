import { expect, test } from 'vitest';
import { checkRecord } from '../../src/results/check.ts';
import { SCHEMA_VERSION } from '../../src/results/schema.ts';
import { makeComparison, makeFailedRecord, makeRecord } from '../fixtures/records.ts';

test('accepts finished and unfinished records, of three classes or ten', () => {
  for (const record of [...makeComparison(), ...makeComparison({ classCount: 3 })]) {
    expect(checkRecord(record)).toEqual(record);
  }
});

test('reports a record of a newer version', () => {
  const next = SCHEMA_VERSION + 1;
  expect(() => checkRecord({ schemaVersion: next, status: 'splendid' })).toThrow(
    `schema version ${next} is newer than ${SCHEMA_VERSION}, the latest known here; update Fitting Room`,
  );
});

function withMetric(key: string, value: unknown): unknown {
  const record = makeRecord();
  return { ...record, metrics: { ...record.metrics, [key]: value } };
}

test('accepts metrics that are not in the schema, defined or not', () => {
  for (const value of [0.5, -2, null]) {
    expect(checkRecord(withMetric('kappa', value))).toMatchObject({ metrics: { kappa: value } });
  }
});

test.each<[string, unknown, string]>([
  ['not an object', [1], 'record: '],
  ['nothing', null, 'record: '],
  ['an unknown status', { ...makeRecord(), status: 'splendid' }, 'status: '],
  ['an unknown field', { ...makeRecord(), weather: 'fine' }, 'weather'],
  ['a field of another type', { ...makeRecord(), seed: 'one' }, 'seed: '],
  ['a deep field', { ...makeRecord(), machine: { ...makeRecord().machine, cores: 0 } }, 'machine.cores: '],
  [
    'a number that JSON cannot hold',
    { ...makeFailedRecord(), timing: { totalSeconds: Infinity } },
    'timing.totalSeconds: ',
  ],
  ['a failure with metrics', { ...makeFailedRecord(), metrics: makeRecord().metrics }, 'metrics: '],
  ['predictions that are no base64', makeRecord({}, { predictions: 'é' }), 'predictions: '],
  ['a metric that is no number', withMetric('kappa', 'good'), 'metrics.kappa: '],
  ['a metric without a value', withMetric('kappa', Number.NaN), 'metrics.kappa: '],
  ['a known metric out of its range', withMetric('macroF1', 1.5), 'metrics.macroF1: '],
  ['too few predictions', makeRecord({}, { predictions: 'AAEC' }), 'predictions: length 3; expected 200'],
  ['too few confidences', makeRecord({}, { confidence: 'AAEC' }), 'confidence: length 3; expected 200'],
  [
    'metrics of another number of classes',
    makeRecord({ classCount: 3 }, { dataset: makeRecord().dataset }),
    'metrics.perClass: length 3; expected 10; metrics.confusion: length 3; expected 10; metrics.confusion.0: length 3; expected 10; and 2 more',
  ],
])('names the field: %s', (_, value, message) => {
  expect(() => checkRecord(value)).toThrow(message);
});
