// Groups fits into runs of bench.
import type { Fit } from './missing-fits.ts';

/** Fits that one run of bench makes. */
export interface Batch {
  readonly models: readonly string[];
  /** The first seed, and how many consecutive seeds there are. */
  readonly seed: number;
  readonly seeds: number;
}

/**
 * Groups fits that one run of bench can make: the same models with consecutive seeds.
 *
 * @param fits ordered by seed
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

/** Writes a batch as arguments of bench. */
export function argsOfBatch({ models, seed, seeds }: Batch): string[] {
  return ['--models', models.join(','), ...argsOfSeeds(seed, seeds)];
}

/**
 * Writes consecutive seeds as arguments of bench.
 *
 * @param seed the first
 * @param seeds how many
 */
export function argsOfSeeds(seed: number, seeds: number): string[] {
  return ['--seed', String(seed), ...(seeds > 1 ? ['--seeds', String(seeds)] : [])];
}
