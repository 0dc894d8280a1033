// A short run of the fuzzer: equal seeds try equal records. `node --import ./bin/typescript.mjs tools/fuzz/records.ts` runs longer.
import { expect, test } from 'vitest';
import { fuzzRecords } from '../../../tools/fuzz/records.ts';

test('every changed record is refused with the name of a field, or read', () => {
  const readers = ['report', 'history', 'merge', 'rerun', 'predict'];
  const { refused, accepted, faults } = fuzzRecords({ seed: 1, count: 400, readers });
  expect(faults).toEqual([]);
  // Enough of both, so that the test can fail.
  expect(refused).toBeGreaterThan(100);
  expect(accepted).toBeGreaterThan(30);
});

test('every changed record that is accepted is compared, and drawn', () => {
  const { accepted, faults } = fuzzRecords({ seed: 2, count: 40, readers: ['diff', 'pages'] });
  expect(faults).toEqual([]);
  expect(accepted).toBeGreaterThan(3);
});
