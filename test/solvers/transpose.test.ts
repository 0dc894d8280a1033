import { expect, it } from 'vitest';
import { transpose } from '../../src/solvers/transpose.ts';

it('converts rows to columns, in shared memory', () => {
  const columns = transpose(Uint8Array.of(1, 2, 3, 4, 5, 6), 2);
  expect([...columns]).toEqual([1, 4, 2, 5, 3, 6]);
  expect(columns.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(transpose(new Uint8Array(0), 0)).toHaveLength(0);
});

it('is complete if the rows do not fill the last tile', () => {
  // 70 rows of 3: value = row + 70 x column, so the columns count up.
  const rows = Uint8Array.from({ length: 210 }, (_, i) => Math.floor(i / 3) + 70 * (i % 3));
  expect([...transpose(rows, 70)]).toEqual(Array.from({ length: 210 }, (_, i) => i));
});
