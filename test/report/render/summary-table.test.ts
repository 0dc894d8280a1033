import { expect, test } from 'vitest';
import { summaryTable } from '../../../src/report/render/summary-table.ts';
import { makeComparison, makeFailedRecord, makeRecord } from '../../fixtures/records.ts';

test('the table at the end of a run', () => {
  expect(
    summaryTable([...makeComparison(), makeRecord({ seed: 1 })], { columns: 100, colour: false }),
  ).toMatchInlineSnapshot(`
    "model                 accuracy, %  macro F1, %         fit  predict  memory  status
    mlp                  91.50 ± 3.91        91.49      40.0 s   250 ms  839 MB  ok
    random-forest        91.00 ± 4.00        90.94      60.0 s   250 ms  839 MB  ok
    cnn (2 seeds)        89.25 ± 4.63        89.21  3 min 26 s   250 ms  839 MB  ok
    svm                  88.50 ± 4.44        88.41  5 min 00 s   20.0 s  839 MB  ok
    logistic-regression  84.50 ± 5.01        84.41      8.00 s   250 ms  839 MB  ok
    knn                  83.50 ± 5.13        83.46       50 ms   6.00 s  839 MB  ok
    majority             10.00 ± 4.19         1.82       10 ms   250 ms  839 MB  ok
    resnet                                                                       failed
    resnet, seed 0: Error: loss is NaN after epoch 2"
  `);
});

test.each([60, 80, 100])('no line is longer than %d characters, whatever names and messages', (columns) => {
  const error = { kind: 'Error', message: `${'long '.repeat(60)}\nsecond line\u001b[31m`, stack: null };
  const records = [makeRecord({ model: 'm'.repeat(90) }), makeFailedRecord({ model: 'n'.repeat(90) }, { error })];
  const lines = summaryTable(records, { columns, colour: false }).split('\n');
  expect(lines).toHaveLength(4);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(lines.join('')).not.toContain('\u001b');
});

test('a model of which one seed failed says so', () => {
  const table = summaryTable([makeRecord({ seed: 0 }), makeFailedRecord({ seed: 1 })], { columns: 100, colour: false });
  expect(table).toContain('1 failed');
  expect(table).toContain('seed 1: Error: loss is NaN after epoch 2');
});

test('a doubtful row is marked, and the reason is below the table', () => {
  const cautions = ['The fit diverged: its training loss is not a finite number.'];
  const records = [makeRecord({ seed: 0 }, { cautions }), makeRecord({ model: 'mlp' })];
  const lines = summaryTable(records, { columns: 100, colour: false }).split('\n');
  expect(lines.filter((line) => line.includes('§')).map((line) => line.replace(/ {2,}.*/, ''))).toEqual([
    'cnn §',
    '§ cnn: The fit diverged: its training loss is not a finite number.',
  ]);
});
