import { describe, expect, test } from 'vitest';
import {
  bytes,
  count,
  counted,
  duration,
  durationRange,
  integer,
  list,
  milliseconds,
  percent,
  points,
  ratio,
} from '../../src/document/format.ts';

describe('duration', () => {
  test.each([
    [null, 'n/a'],
    [0, '<1 ms'],
    [0.0005, '1 ms'],
    [0.0849, '85 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.00 s'],
    [9.994, '9.99 s'],
    [9.996, '10.0 s'],
    [99.94, '99.9 s'],
    [99.96, '1 min 40 s'],
    [860.4, '14 min 20 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 00 min'],
    [3 * 3600 + 59.6 * 60, '4 h 00 min'],
    [99 * 3600, '99 h 00 min'],
    [7 * 86_400, '7 days'],
  ])('writes %s seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

test('percentages keep two decimals, and undefined values say so', () => {
  expect([percent(0.91234), percent(1), percent(null), percent(0.156, 1)]).toEqual(['91.23', '100.00', 'n/a', '15.6']);
});

test('ranges of durations name a unit they share once', () => {
  expect([durationRange(1.84, 2.02), durationRange(0.085, 0.1), durationRange(0.85, 1.2)]).toEqual([
    '1.84 to 2.02 s',
    '85 to 100 ms',
    '850 ms to 1.20 s',
  ]);
  expect([
    durationRange(80, 125),
    durationRange(0, 0.002),
    durationRange(2.001, 2.002),
    durationRange(301, 330),
  ]).toEqual(['80.0 s to 2 min 05 s', '<1 ms to 2 ms', '2.00 s', '5 min 01 s to 5 min 30 s']);
});

test('ratios keep three digits', () => {
  expect([ratio(0.01234), ratio(0.15), ratio(1), ratio(12.34), ratio(1234.5), ratio(0.0001), ratio(null)]).toEqual([
    '0.0123',
    '0.150',
    '1.00',
    '12.3',
    '1,235',
    '<0.001',
    'n/a',
  ]);
});

test('differences carry their sign', () => {
  expect([points(0.012), points(-0.0034), points(0), points(null)]).toEqual(['+1.20', '−0.34', '+0.00', 'n/a']);
});

test('sizes are decimal', () => {
  expect([
    bytes(null),
    bytes(12_345),
    bytes(999_600),
    bytes(3_140_000),
    bytes(612_400_000),
    bytes(999_600_000),
    bytes(1.244e9),
    bytes(17.2e9),
  ]).toEqual(['n/a', '12 kB', '1.0 MB', '3.1 MB', '612 MB', '1.00 GB', '1.24 GB', '17.2 GB']);
});

test('milliseconds keep three digits and become seconds when they are many', () => {
  expect([milliseconds(0.51234), milliseconds(12.345), milliseconds(1240), milliseconds(0)]).toEqual([
    '0.512 ms',
    '12.3 ms',
    '1.24 s',
    '<0.001 ms',
  ]);
});

test('counts that are means keep a decimal, whole ones do not', () => {
  expect([count(156), count(141.333), integer(1_234_567), integer(null)]).toEqual(['156', '141.3', '1,234,567', 'n/a']);
});

test('counted things are in the plural unless there is one', () => {
  expect([counted(1, 'fit'), counted(0, 'fit'), counted(55_000, 'image')]).toEqual([
    '1 fit',
    '0 fits',
    '55,000 images',
  ]);
});

test('lists read as in a sentence', () => {
  expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
