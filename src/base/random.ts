// Seeded random numbers.

/** Returns the next number in [0, 1), with a resolution of 32 bits. Equal seeds give equal sequences on every machine. */
export type Random = () => number;

/**
 * Creates a generator (xoshiro128**, initialised by SplitMix32).
 *
 * @param seed any 32-bit integer, 0 included
 * @see Blackman, D. and Vigna, S. (2021). Scrambled linear pseudorandom number generators. ACM TOMS 47(4).
 */
export function createRandom(seed: number): Random {
  let mix = seed >>> 0;
  const next32 = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
  let a = next32();
  let b = next32();
  let c = next32();
  let d = next32();
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return (result >>> 0) / 4294967296;
  };
}

/**
 * Shuffles an array in place (Fisher-Yates).
 *
 * @param values the array to reorder
 * @param random the generator to draw from
 * @returns the same array
 */
export function shuffle<T extends Uint32Array | Int32Array | unknown[]>(values: T, random: Random): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
  return values;
}

/**
 * Replaces this process's `Math.random` by a seeded generator. tfjs draws initial weights, shuffles and dropout masks from
 * it. Only the child process of a fit calls this.
 *
 * @param seed any 32-bit integer
 */
export function seedMathRandom(seed: number): void {
  Math.random = createRandom(seed);
}

/**
 * Runs a synchronous function with another `Math.random` and restores the previous one. Other code in the process that
 * draws between two such calls does not change their results.
 *
 * @param random replaces `Math.random` while `work` runs
 * @param work a synchronous function
 */
export function withMathRandom<T>(random: Random, work: () => T): T {
  const before = Math.random;
  Math.random = random;
  try {
    return work();
  } finally {
    Math.random = before;
  }
}
