// The records that are committed in this repository, of every schema version so far.
import path from 'node:path';
import { expect, test } from 'vitest';
import { allMetrics } from '../../src/metrics/all-metrics.ts';
import { metricValue } from '../../src/metrics/metric-value.ts';
import { readRecords } from '../../src/results/read.ts';
import { isFinished } from '../../src/results/schema.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

test.each(['results', 'docs/example-records', 'test/fixtures/kept-records'])('are all read: %s', async (folder) => {
  const { records, problems } = await readRecords(path.join(ROOT, folder));
  expect(problems).toEqual([]);
  expect(records.length).toBeGreaterThan(0);
  for (const { record } of records.filter(({ record: { model } }) => model.role === 'model')) {
    if (!isFinished(record)) continue;
    for (const metric of allMetrics.filter(({ id }) => !['log-loss', 'calibration-error'].includes(id))) {
      expect(metricValue(metric, record)).not.toBeNull();
    }
  }
});
