// Fits that one run of bench makes together.
import type { Fit } from './missing.ts';

/** What one run of bench can make. */
export interface Batch {
  readonly models: readonly string[];
  /** The first, and how many follow each other. */
  readonly seed: number;
  readonly seeds: number;
}

/**
 * Puts fits together that one run of bench can make: the same models with seeds that follow each other.
 *
 * @param fits seed by seed
 */
export function batchesOf(fits: readonly Fit[]): Batch[] {
  const seeds = [...new Set(fits.map(({ seed }) => seed))];
  const batches: Batch[] = [];
  for (const seed of seeds) {
    const models = fits.filter((fit) => fit.seed === seed).map(({ modelId }) => modelId);
    const last = batches.at(-1);
    if (last && last.seed + last.seeds === seed && last.models.join() === models.join()) {
      batches[batches.length - 1] = { ...last, seeds: last.seeds + 1 };
    } else {
      batches.push({ models, seed, seeds: 1 });
    }
  }
  return batches;
}

/**
 * Writes a batch as options of bench.
 *
 * @param batch what to fit
 */
export function wordsOfBatch({ models, seed, seeds }: Batch): string[] {
  return ['--models', models.join(','), '--seed', String(seed), ...(seeds > 1 ? ['--seeds', String(seeds)] : [])];
}
