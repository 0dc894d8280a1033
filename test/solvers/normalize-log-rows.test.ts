import { expect, it } from 'vitest';
import { normalizeLogRows } from '../../src/solvers/normalize-log-rows.ts';

it('scales each row to a sum of 1, even for very small values', () => {
  // exp(0) : exp(ln 3) = 1 : 3.
  const rows = normalizeLogRows(Float64Array.of(-9000, -9000 + Math.log(3), -Infinity, 5), 2);
  expect([...rows].map((value) => Number(value.toFixed(6)))).toEqual([0.25, 0.75, 0, 1]);
});
