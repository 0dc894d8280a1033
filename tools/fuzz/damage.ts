// Damages bytes in the ways that files are damaged, and in some that only an attacker would choose.
import type { Random } from '../../src/base/random.ts';

/** Draws a whole number from 0 to below `end`. */
export function below(end: number, random: Random): number {
  return Math.floor(random() * end);
}

/** Draws one of some values. */
export function oneOf<T>(values: readonly T[], random: Random): T {
  return values[below(values.length, random)]!;
}

type Damage = (bytes: Buffer, random: Random) => Buffer;

const BYTE_VALUES = [0, 1, 0x7f, 0x80, 0xff];

/** Each way to damage a file, by name. Files of one byte and more stay files of any size. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  cut: (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  flip(bytes, random) {
    const changed = Buffer.from(bytes);
    for (let left = 1 + below(20, random); left > 0; left--) {
      const at = below(changed.length, random);
      changed[at] = changed[at]! ^ (1 << below(8, random));
    }
    return changed;
  },
  set(bytes, random) {
    const changed = Buffer.from(bytes);
    const start = below(changed.length, random);
    return changed.fill(oneOf(BYTE_VALUES, random), start, Math.min(changed.length, start + 1 + below(16, random)));
  },
  // Sizes and offsets are near the start of a file.
  header(bytes, random) {
    const changed = Buffer.from(bytes);
    for (let left = 1 + below(4, random); left > 0; left--) {
      changed[below(Math.min(64, changed.length), random)] = below(256, random);
    }
    return changed;
  },
  insert(bytes, random) {
    const at = below(bytes.length, random);
    const noise = Buffer.from(Array.from({ length: 1 + below(64, random) }, () => below(256, random)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  remove(bytes, random) {
    const at = below(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(64, random))]);
  },
  repeat(bytes, random) {
    const [a, b] = [below(bytes.length, random), below(bytes.length, random)].sort((x, y) => x - y) as [number, number];
    return Buffer.concat([bytes.subarray(0, b), bytes.subarray(a)]);
  },
};

/**
 * Damages a file once.
 *
 * @param bytes at least one; stays unchanged
 * @param random decides how and where
 * @returns the damaged file and the name of the damage
 */
export function damage(bytes: Buffer, random: Random): { readonly bytes: Buffer; readonly name: string } {
  const name = oneOf(Object.keys(DAMAGES), random);
  return { bytes: DAMAGES[name]!(bytes, random), name };
}
