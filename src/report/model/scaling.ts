// Scaling: the fits of one model on training sets of several sizes are one line.

import { groupBy } from '../../base/group-by.ts';
import { integer } from '../../document/format.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import type { ScalingLine, ScalingPart } from './part-data.ts';

/** The benchmark of `npm run references -- --scaling`: every size has a separate split. */
export const SCALING_BENCHMARK = 'scaling';

/**
 * Makes a line for each model; the line of a library follows that of our model that does the same.
 *
 * @param records of the scaling benchmark, one data set, one machine; the newest of one model and size counts
 * @param pairs the id of the library's model by that of ours
 */
export function scalingLines(
  records: readonly FitRecord[],
  pairs: Readonly<Record<string, string>>,
): Pick<ScalingPart, 'sizes' | 'lines'> {
  const ours = new Map(Object.entries(pairs).map(([id, library]) => [library, id]));
  const place = ({ modelId, isLibrary }: ScalingLine): string => `${ours.get(modelId) ?? modelId} ${Number(isLibrary)}`;
  const lines = [...groupBy(records, ({ model }) => model.id).values()]
    .map((group) => lineOf(group, ours.has(group[0]!.model.id)))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const sizes = [...new Set(records.map(({ dataset }) => dataset.train))].sort((a, b) => a - b);
  return { sizes, lines };
}

function lineOf(records: readonly FitRecord[], isLibrary: boolean): ScalingLine {
  const newestFirst = records.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  const bySize = [...groupBy(newestFirst, ({ dataset }) => String(dataset.train)).values()]
    .map((group) => group[0]!)
    .sort((a, b) => a.dataset.train - b.dataset.train);
  const { model } = newestFirst[0]!;
  return {
    modelId: model.id,
    isLibrary,
    points: bySize.filter(isFinished).map(({ dataset, timing }) => ({
      images: dataset.train,
      seconds: timing.trainSeconds + timing.predictSeconds,
    })),
    stopped: whyStopped(bySize.at(-1)!),
  };
}

/** Only the largest size counts: the reason of a smaller one may be of an earlier run. */
function whyStopped(largest: FitRecord): string | null {
  if (isFinished(largest)) {
    const reason = largest.model.notes['stopped'];
    return reason === undefined ? null : String(reason);
  }
  return `${largest.status} at ${integer(largest.dataset.train)} images: ${largest.error.message}`;
}
