// How cost grows with the images fitted on: the fits of one model on more and more of them become one line.
import { type FitRecord, isFinished } from '../results/schema.ts';
import { integer } from './format.ts';
import { groupBy } from './group.ts';
import type { GrowthLine, GrowthPart } from './types.ts';

/** The benchmark of `npm run peers -- --scaling`: every size has a split of its own. */
export const SCALING_BENCHMARK = 'scaling';

/**
 * Makes a line for each model, ours first, each library's after.
 *
 * @param records of the scaling benchmark, one data set, one machine; of two of one model and size the newer counts
 * @param libraries ids of the models that are a library's
 */
export function growthLines(
  records: readonly FitRecord[],
  libraries: ReadonlySet<string>,
): Pick<GrowthPart, 'sizes' | 'lines'> {
  const lines = [...groupBy(records, ({ model }) => model.id).values()]
    .map((group) => lineOf(group, libraries))
    .sort((a, b) => Number(a.isLibrary) - Number(b.isLibrary) || (a.modelId < b.modelId ? -1 : 1));
  const sizes = [...new Set(records.map(({ dataset }) => dataset.train))].sort((a, b) => a - b);
  return { sizes, lines };
}

function lineOf(records: readonly FitRecord[], libraries: ReadonlySet<string>): GrowthLine {
  const newestFirst = records.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  const bySize = [...groupBy(newestFirst, ({ dataset }) => String(dataset.train)).values()]
    .map((group) => group[0]!)
    .sort((a, b) => a.dataset.train - b.dataset.train);
  const { model } = newestFirst[0]!;
  return {
    modelId: model.id,
    isLibrary: libraries.has(model.id),
    points: bySize.filter(isFinished).map(({ dataset, timing }) => ({
      images: dataset.train,
      seconds: timing.trainSeconds + timing.predictSeconds,
    })),
    stopped: whyStopped(bySize.at(-1)!),
  };
}

/** Only the largest size knows: a smaller one's reason may be of an earlier run. */
function whyStopped(largest: FitRecord): string | null {
  if (isFinished(largest)) {
    const reason = largest.model.notes['stopped'];
    return reason === undefined ? null : String(reason);
  }
  return `${largest.status} at ${integer(largest.dataset.train)} images: ${largest.error.message}`;
}
