// Fuzzes records: changes valid records at random, and checks that each is either refused with a message that names a
// field, or read by every command. `node --import ./bin/typescript.mjs tools/fuzz/records.ts --seed 1 --count 2000` prints the faults.
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/base/errors.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import { checkRecord } from '../../src/results/check.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { makeComparison, makeFailedRecord } from '../../test/fixtures/records.ts';
import { makeTests } from '../../test/report/images.ts';
import { contradict, recordContradictions } from './contradictions.ts';
import { makeFullRecord } from './full-record.ts';
import { getAt, randomPath, setAt } from './json-path.ts';
import { readEverywhere } from './read-everywhere.ts';

/** What to try. */
export interface FuzzOptions {
  /** Equal seeds try the same changes. */
  readonly seed: number;
  /** Records to make. */
  readonly count: number;
  /** The readers to run on records that are accepted, by default all. The report takes most of the time. */
  readonly readers?: readonly string[];
}

/** What became of the records. */
export interface FuzzResult {
  readonly refused: number;
  readonly accepted: number;
  /** Records that were refused without a field, or accepted and not read, with the changes that made them. */
  readonly faults: readonly string[];
}

/** Of ten records, as many have one of the known contradictions; the others have random values. */
const KNOWN_OF_TEN = 1;
/** Test images of the records: few, because comparisons resample them. */
const IMAGES = 40;
/** The most changes of one record. */
const MOST_CHANGES = 2;
/** A message begins with the path of a field, with `record` for the whole, or with the version. */
const NAMES_FIELD = /^(record: |schema version |[A-Za-z]\w*(\.[^:]*)?: )/;

const VALUES: readonly unknown[] = [
  ...[0, -0, 1, -1, 2, 0.5, 1e-300, 1e9, 1e15, 1e22, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53],
  ...[Number.NaN, Number.POSITIVE_INFINITY, true, false, null, undefined],
  ...['', ' ', '0', '..', '../..', '/', 'a/b', 'C:\\x', '__proto__', 'constructor', 'toString', 'AAAA', 'A===', '🩳'],
  ...['\u0000\u001b[2J\u009b', '\u202egnp.exe', '::error::x', '@someone', '<script>', '|`x`|', 'x'.repeat(5000)],
  ...['0000-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2099-12-31T23:59:59Z', '9999-12-31T23:59:59Z', '2026-13-01'],
  ...[[], {}, [[]], [null], { toString: 1 }, [0, 0], ['a', 'a']],
];

/**
 * Makes changed records and gives them to the check and, where they are accepted, to every reader.
 *
 * @param options seed and number of records
 */
export function fuzzRecords({ seed, count, readers }: FuzzOptions): FuzzResult {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const others = [...makeComparison({ images: IMAGES }), makeFullRecord({ model: 'full', seed: 1, images: IMAGES })];
  const tests = makeTests(others);
  const [result, faults] = [{ refused: 0, accepted: 0 }, [] as string[]];
  for (let i = 0; i < count; i++) {
    const { record, changes } = changedRecord(random, pick);
    const checked = check(record);
    if ('message' in checked) {
      result.refused++;
      if (!NAMES_FIELD.test(checked.message)) faults.push(`${changes}: refused without a field: ${checked.message}`);
      continue;
    }
    result.accepted++;
    for (const { reader, error } of readEverywhere(
      checked.record,
      others,
      random() < 0.5 ? tests : new Map(),
      readers,
    )) {
      const stack = error instanceof Error ? error.stack : messageOf(error);
      faults.push(`${changes}: accepted, but ${reader} broke: ${stack}`);
    }
  }
  return { ...result, faults };
}

/** A record as a file would have it: JSON has neither NaN nor undefined. */
function check(record: unknown): { readonly record: FitRecord } | { readonly message: string } {
  try {
    return { record: checkRecord(JSON.parse(JSON.stringify(record))) };
  } catch (error) {
    return { message: messageOf(error) };
  }
}

function changedRecord(
  random: Random,
  pick: <T>(values: readonly T[]) => T,
): { readonly record: unknown; readonly changes: string } {
  const full = makeFullRecord({ seed: Math.floor(random() * 5), images: pick([IMAGES, IMAGES, IMAGES, 2 * IMAGES]) });
  if (random() * 10 < KNOWN_OF_TEN) {
    const known = pick(recordContradictions);
    return { record: contradict(full, known), changes: known.what };
  }
  let record: FitRecord = random() < 0.85 ? full : makeFailedRecord({ images: IMAGES });
  const changes: string[] = [];
  for (let left = 1 + Math.floor(random() * MOST_CHANGES); left > 0; left--) {
    const path = randomPath(record, random);
    const value = changedValue(getAt(record, path), record, random, pick);
    record = setAt(record, path, value);
    changes.push(`${path.join('.')} = ${String(JSON.stringify(value)).slice(0, 80)}`);
  }
  return { record, changes: changes.join(', ') };
}

/** A value in place of another one: one of the list, a part of the same record, or a small change. */
function changedValue(
  value: unknown,
  record: FitRecord,
  random: Random,
  pick: <T>(values: readonly T[]) => T,
): unknown {
  const kind = random();
  if (kind < 0.4) return pick(VALUES);
  if (kind < 0.5) return getAt(record, randomPath(record, random));
  if (typeof value === 'number') return pick([value + 1, value - 1, value * 2, value / 2, -value, value + 1e-12]);
  if (typeof value === 'string') return pick([value.slice(1), `${value}x`, value.toUpperCase(), `${value}${value}`]);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return pick([value.slice(1), value.toReversed(), [...value, ...value], value.slice(0, 1)]);
  return pick(VALUES);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } });
  const { refused, accepted, faults } = fuzzRecords({
    seed: Number(values.seed ?? 1),
    count: Number(values.count ?? 500),
  });
  for (const fault of faults) console.log(`${fault}\n`);
  console.log(`${refused} refused, ${accepted} accepted and read, ${faults.length} faults`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
