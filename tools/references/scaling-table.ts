// How cost grows with the number of images, and when to stop looking: the arithmetic of `npm run references -- --scaling`.
import { duration } from '../../src/document/format.ts';
import { plainTable } from '../../src/document/terminal-table.ts';
import { formatSeconds } from './comparison.ts';

/** Images fitted on, smallest first. */
export const SIZES = [1000, 2000, 5000, 10_000, 20_000, 55_000] as const;

/** No classifier here costs less than in proportion to its images, nor more than their cube. */
const LEAST_EXPONENT = 1;
const MOST_EXPONENT = 3;
/** Supposed until two sizes were measured: what the libraries are known for. */
const FIRST_EXPONENT = 2;

/** What one fit cost. */
export interface Cost {
  /** Images fitted on. */
  readonly images: number;
  readonly fitSeconds: number;
  /** For the 1,000 test images. */
  readonly predictSeconds: number;
}

/** A model's costs by size, and why there are no more. */
export interface Growth {
  readonly modelId: string;
  readonly costs: readonly Cost[];
  /** The first size that was not measured and the reason; null when all were. */
  readonly stopped: { readonly images: number; readonly reason: string } | null;
}

/**
 * Estimates what a size will cost: a power law through the last two costs, its exponent between 1 and 3; with one cost
 * only, the model's own estimate scaled to what was measured, or else a square law; with none, the model's own estimate.
 *
 * @param costs measured so far, smallest size first
 * @param images the size to come
 * @param prior the model's own estimate of fit plus predict for a number of images, in seconds; absent when it has none
 * @returns seconds to fit and predict; 0 when nothing is known
 */
export function estimateSeconds(
  costs: readonly Cost[],
  images: number,
  prior?: ((images: number) => number) | undefined,
): number {
  const last = costs.at(-1);
  if (!last) return prior?.(images) ?? 0;
  const before = costs.at(-2);
  if (!before) {
    const growth = prior ? prior(images) / prior(last.images) : (images / last.images) ** FIRST_EXPONENT;
    return total(last) * growth;
  }
  const exponent = Math.log(total(last) / total(before)) / Math.log(last.images / before.images);
  return total(last) * (images / last.images) ** Math.min(MOST_EXPONENT, Math.max(LEAST_EXPONENT, exponent));
}

/**
 * Decides whether a size is worth its time.
 *
 * @param seconds the estimate
 * @param limit of --stop-seconds
 * @returns why it is not measured; null when it is
 */
export function refusal(seconds: number, images: number, limit: number): string | null {
  if (seconds <= limit) return null;
  return `about ${duration(seconds)} expected at ${images.toLocaleString('en')} images, the limit is ${duration(limit)}`;
}

/**
 * Lays out seconds to fit plus predict by model and size, and says below at what size each stopped and why.
 *
 * @param sizes the columns
 */
export function scalingTable(scalings: readonly Growth[], sizes: readonly number[]): string {
  const head = ['model', ...sizes.map((images) => images.toLocaleString('en'))];
  const rows = scalings.map(({ modelId, costs }) => [
    modelId,
    ...sizes.map((images) => {
      const cost = costs.find((one) => one.images === images);
      return cost ? formatSeconds(total(cost)) : '-';
    }),
  ]);
  const stops = scalings.flatMap(({ modelId, stopped }) => (stopped ? [`${modelId} stopped: ${stopped.reason}`] : []));
  return [
    plainTable(head, rows, 100),
    '',
    'Seconds to fit and to predict 1,000 images, by images fitted on.',
    ...stops,
  ].join('\n');
}

function total({ fitSeconds, predictSeconds }: Cost): number {
  return fitSeconds + predictSeconds;
}
