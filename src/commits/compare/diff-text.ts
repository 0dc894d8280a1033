// Sentences and lines about a comparison. Not escaped.
import { counted, integer, list, percent, pValue } from '../../document/format.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import { isChanged, MARKS, titleOf } from './change-text.ts';
import type { CellChange, ClassChange, Diff, ModelDiff, Verdict } from './diff-data.ts';
import type { Outcome } from './outcome.ts';

/** Names that one sentence lists. */
const MAX_LISTED = 20;

const LEGEND = Object.entries(MARKS)
  .map(([verdict, mark]) => `${mark} ${verdict}`)
  .join(', ');

/** Explains the table of all models. */
export const CHANGE_NOTE =
  `${LEGEND}. Scores change by a difference, those in % by percentage points, with a 95 % interval; times and memory ` +
  'change by a factor. p-values are adjusted for all models and metrics (Holm), scores apart from times and memory. ' +
  'Inconclusive does not mean unchanged, and incomparable means nothing about a change.';

/** Explains of which seed classes and images are. */
export const SEED_NOTE =
  'Where a model has several seeds, the classes and images of one seed are shown. Another seed of the same code also ' +
  'changes the predictions of some images.';

/** Says what was compared: `fashion-mnist on my-machine: 8 models compared. Processor: AMD EPYC, family 25 model 17.` */
export function placeText({ benchmark, machines, processors, models }: Diff): string {
  if (models.length === 0) return 'no model compared';
  return `${benchmark} on ${list(machines)}: ${counted(models.length, 'model')} compared. ${processorsText(processors)}`;
}

/** Names processors: `Processor: AMD EPYC, family 25 model 17 stepping 1, AVX-512, bf16.` */
export function processorsText(processors: readonly string[]): string {
  return `${processors.length > 1 ? 'Processors' : 'Processor'}: ${processors.join('; ')}.`;
}

/** Says the outcome in one sentence. */
export function outcomeText({ code, reasons, failOn }: Outcome): string {
  if (code === 0) return `No model is worse beyond chance in ${list(failOn.map(titleOf))}.`;
  return `${code === 1 ? 'Worse' : 'No verdict'}: ${someOf(reasons)}.`;
}

/** Lists the models of which a metric became better or worse. */
export function changedModels({ models }: Diff): ModelDiff[] {
  return models.filter(({ metrics }) => metrics.some(isChanged));
}

/**
 * Sums up the models of which no metric changed, by the metrics that count: `1 model the same, 3 inconclusive`.
 *
 * @returns empty where every model changed
 */
export function restText(diff: Diff, { failOn }: Outcome): string {
  const rest = diff.models.filter(({ metrics }) => !metrics.some(isChanged));
  if (rest.length === 0) return '';
  const verdicts: readonly Verdict[] = ['incomparable', 'unmeasured', 'inconclusive', 'same'];
  const verdictOf = ({ metrics }: ModelDiff): Verdict =>
    verdicts.find((one) => metrics.some(({ metric, verdict }) => failOn.includes(metric) && verdict === one)) ?? 'same';
  const parts = verdicts
    .map((verdict) => ({ verdict, count: rest.filter((model) => verdictOf(model) === verdict).length }))
    .filter(({ count }) => count > 0)
    .reverse()
    .map(({ verdict, count }, i) => {
      const what = i === 0 ? counted(count, 'model') : integer(count);
      return `${what} ${verdict === 'same' ? 'the same' : verdict}`;
    });
  const which = changedModels(diff).length > 0 ? 'Other models' : 'No metric changed beyond chance. Models';
  return `${which} by ${list(failOn.map(titleOf))}: ${parts.join(', ')}.`;
}

/** Says which models were measured only before or only after. */
export function unpairedText({ onlyBefore, onlyAfter }: Diff): string[] {
  return [
    ...(onlyBefore.length > 0 ? [`Only before: ${someOf(onlyBefore.map(({ name }) => name))}.`] : []),
    ...(onlyAfter.length > 0 ? [`Only after: ${someOf(onlyAfter.map(({ name }) => name))}.`] : []),
  ];
}

/** Says how classes and kinds of mistakes changed beyond chance. */
export function classLines({ classes, cells }: ModelDiff): string[] {
  return [
    ...classes.filter(({ p }) => p < SIGNIFICANCE_LEVEL).map(classText),
    // Correct predictions are what the classes say.
    ...cells.filter(({ truth, predicted }) => truth !== predicted).map(mistakeText),
  ];
}

/** `Shirt: 74.00 → 78.50 % correct, fixed 61, broke 16, p < 0.0001`. */
function classText({ name, before, after, fixed, broke, p }: ClassChange): string {
  return `${name}: ${percent(before)} → ${percent(after)} % correct, fixed ${fixed}, broke ${broke}, ${pValue(p)}`;
}

/** `Shirt predicted as Coat: 120 → 95, p = 0.003`. */
function mistakeText({ truth, predicted, before, after, p }: CellChange): string {
  return `${truth} predicted as ${predicted}: ${integer(before)} → ${integer(after)}, ${pValue(p)}`;
}

/** Says how many images flipped, and of which seed where there are several: `seed 1: fixed 61, broke 44`. */
export function flipsText(model: ModelDiff): string {
  const { flips, seeds } = model;
  const fixed = flips.filter(({ truth, after }) => after === truth).length;
  const seed = seeds.before.find((one) => seeds.after.includes(one));
  return `${hasSeveralSeeds(model) && seed !== undefined ? `seed ${seed}: ` : ''}fixed ${fixed}, broke ${flips.length - fixed}`;
}

/** Tells whether classes and images are those of one seed among several. */
export function hasSeveralSeeds({ seeds }: ModelDiff): boolean {
  return seeds.before.length > 1 || seeds.after.length > 1;
}

/** Lists failed fits and seeds that were not measured both before and after. */
export function missingFits({ failures, seeds }: ModelDiff): string[] {
  const isEqual = seeds.before.join() === seeds.after.join();
  return [
    ...failures.before.map((failure) => `failed before, ${failure}`),
    ...failures.after.map((failure) => `failed after, ${failure}`),
    ...(isEqual
      ? []
      : [`seeds ${seeds.before.join(', ') || 'none'} before, ${seeds.after.join(', ') || 'none'} after`]),
  ];
}

/** Joins names with commas, at most 20 of them: `a, b and 3 more`. */
export function someOf(names: readonly string[]): string {
  if (names.length <= MAX_LISTED) return names.join(', ');
  return `${names.slice(0, MAX_LISTED).join(', ')} and ${names.length - MAX_LISTED} more`;
}
