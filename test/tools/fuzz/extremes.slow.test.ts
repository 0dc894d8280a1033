// Valid records with extreme values are accepted, and everything that reads records reads them.
import { expect, it } from 'vitest';
import { checkRecord } from '../../../src/results/check.ts';
import { makeExtremes } from '../../../tools/fuzz/extremes.ts';
import { makeFullRecord } from '../../../tools/fuzz/full-record.ts';
import { readEverywhere } from '../../../tools/fuzz/read-everywhere.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { makeTests } from '../../report/images.ts';

const IMAGES = 40;
const others = [
  makeRecord({ model: 'knn', images: IMAGES }),
  makeFullRecord({ model: 'full', seed: 1, images: IMAGES }),
];
const tests = makeTests(others);
const extremes = makeExtremes({ images: IMAGES });

function faultsOf(reader: string, some: typeof extremes, available: typeof tests): string[] {
  return some.flatMap(({ what, record }) =>
    readEverywhere(record, others, available, [reader]).map(
      ({ error }) => `${what}: ${error instanceof Error ? error.stack : error}`,
    ),
  );
}

it.each(extremes.map(({ what, record }) => [what, record] as const))('accepts %s', (_, record) => {
  const written = JSON.parse(JSON.stringify(record));
  expect(checkRecord(structuredClone(written))).toEqual(written);
});

it.each(['report', 'diff', 'history', 'merge', 'rerun', 'predict'])('are read: %s', (reader) => {
  expect(faultsOf(reader, extremes, new Map())).toEqual([]);
});

// With test images, a diff resamples them, and a page draws its charts: a second each.
const few = extremes.filter(({ what }) =>
  /no time|a century|for sure|one pixel|1e308$|one test image|same split/.test(what),
);

it('are read with their test images, on the pages too', () => {
  expect(few.length).toBeGreaterThan(6);
  expect(faultsOf('diff', few, tests)).toEqual([]);
  expect(faultsOf('pages', few, tests)).toEqual([]);
});
