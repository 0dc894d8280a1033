// The arithmetic of `npm run references -- --scaling`: what the next size will cost, and the table of times by size.
import { counted, duration, integer } from '../document/format.ts';
import { plainTable } from '../document/terminal-table.ts';

/** No classifier here costs less than in proportion to its images, nor more than in proportion to their cube. */
const LEAST_EXPONENT = 1;
const MOST_EXPONENT = 3;
/** Assumed until two sizes are measured: the libraries are known to be about quadratic. */
const FIRST_EXPONENT = 2;

/** What one fit cost. */
export interface Cost {
  /** Images fitted on. */
  readonly images: number;
  readonly fitSeconds: number;
  /** For all test images. */
  readonly predictSeconds: number;
}

/** A model's costs by size, and why there is no larger size. */
export interface ScalingCosts {
  readonly modelId: string;
  /** Smallest size first. */
  readonly costs: readonly Cost[];
  /** The first size that was not measured and the reason; null when all were. */
  readonly stopped: { readonly images: number; readonly reason: string } | null;
}

/**
 * Estimates the cost of a size: a power law through the last two costs, with an exponent from 1 to 3; with one cost, the
 * model's estimate scaled to the measurement, or a square law; with none, the model's estimate.
 *
 * @param costs measured so far, smallest size first
 * @param images the next size
 * @param prior the model's estimate of fit plus predict by number of images, in seconds; absent when it has none
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
    const factor = prior ? prior(images) / prior(last.images) : (images / last.images) ** FIRST_EXPONENT;
    return total(last) * factor;
  }
  const exponent = Math.log(total(last) / total(before)) / Math.log(last.images / before.images);
  return total(last) * (images / last.images) ** Math.min(MOST_EXPONENT, Math.max(LEAST_EXPONENT, exponent));
}

/**
 * Says why a size is not measured.
 *
 * @param seconds the estimate
 * @param limit of --stop-seconds
 * @returns the reason; null when the size is measured
 */
export function reasonToStop(seconds: number, images: number, limit: number): string | null {
  if (seconds <= limit) return null;
  return `about ${duration(seconds)} expected at ${counted(images, 'image')}, the limit is ${duration(limit)}`;
}

/**
 * Lays out the times to fit plus predict by model and size, and below them the reason why each model stopped.
 *
 * @param sizes the columns
 * @param testImages images predicted at every size
 */
export function scalingTable(scalings: readonly ScalingCosts[], sizes: readonly number[], testImages: number): string {
  const head = ['model', ...sizes.map((images) => integer(images))];
  const rows = scalings.map(({ modelId, costs }) => [
    modelId,
    ...sizes.map((images) => {
      const cost = costs.find((one) => one.images === images);
      return cost ? duration(total(cost)) : '-';
    }),
  ]);
  const stops = scalings.flatMap(({ modelId, stopped }) => (stopped ? [`${modelId} stopped: ${stopped.reason}`] : []));
  return [
    plainTable(head, rows, 100),
    '',
    `Time to fit and to predict ${counted(testImages, 'image')}, by number of images fitted on.`,
    ...stops,
  ].join('\n');
}

function total({ fitSeconds, predictSeconds }: Cost): number {
  return fitSeconds + predictSeconds;
}
