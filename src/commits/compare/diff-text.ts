// What a comparison says, in words that its renderings share. Not escaped.
import { integer, list, NOT_AVAILABLE, percent, pValue } from '../../document/format.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import { metricChange, metricDifference, metricsText } from '../../metrics/metric-text.ts';
import type { CellChange, ClassChange, Diff, MetricChange, ModelDiff, Verdict } from './diff-data.ts';
import { MODEL_CODE } from './differences.ts';
import type { Outcome } from './outcome.ts';

/** Adjusted p-values below this are beyond chance. */
const LEVEL = 0.05;
/** Names that one sentence lists. */
const LISTED = 20;

export const MARKS: Readonly<Record<Verdict, string>> = {
  better: '▲',
  worse: '▼',
  same: '=',
  inconclusive: '≈',
  unmeasured: '–',
  incomparable: '≠',
};
export const LEGEND = Object.entries(MARKS)
  .map(([verdict, mark]) => `${mark} ${verdict}`)
  .join(', ');
export const CHANGE_NOTE =
  'Shares change by points, with their 95 % interval; times and memory by a factor. p-values are adjusted for all models ' +
  '(Holm). Inconclusive is no proof of sameness, and incomparable none of anything.';
export const SEED_NOTE =
  'Where a model has several seeds, classes and images are those of one: the same code with another seed flips images too.';
export const MATRIX_NOTE =
  'After minus before: blue where the model became better (more right answers, fewer mistakes), orange where worse; rows ' +
  'are the truth, columns the answer. Framed: beyond chance.';

/** Names a metric as tables do. */
export function titleOf(id: string): string {
  return findMetric(id).title;
}

/** Names the sides: `v1 (9b1c2d3f) → the newest records`. */
export function sidesText({ before, after }: Diff): string {
  return `${before.name} → ${after.name}`;
}

/** Says what was compared: `fashion-mnist on my-machine, 8 models on both sides`. */
export function placeText({ benchmark, machines, models }: Diff): string {
  return `${benchmark} on ${list(machines)}, ${counted(models.length, 'model')} on both sides`;
}

/** Says what the comparison comes to, in one sentence. */
export function outcomeText({ code, reasons, failOn }: Outcome): string {
  const asked = list(failOn.map(titleOf));
  if (code === 0) return `No model is worse beyond chance in ${asked}.`;
  return `${code === 1 ? 'Worse' : 'No answer'}: ${someOf(reasons)}.`;
}

/** Models of which a metric became better or worse. */
export function changedModels({ models }: Diff): ModelDiff[] {
  return models.filter(({ metrics }) => metrics.some(isChanged));
}

/** Whether a metric became better or worse. */
export function isChanged({ verdict }: MetricChange): boolean {
  return verdict === 'better' || verdict === 'worse';
}

/** Sums up the models that did not change, by the metrics that were asked for: `7 models the same, 3 inconclusive`. */
export function restText(diff: Diff, { failOn }: Outcome): string {
  const rest = diff.models.filter(({ metrics }) => !metrics.some(isChanged));
  if (rest.length === 0) return '';
  const states: readonly Verdict[] = ['incomparable', 'unmeasured', 'inconclusive', 'same'];
  const stateOf = ({ metrics }: ModelDiff): Verdict =>
    states.find((state) => metrics.some(({ metric, verdict }) => failOn.includes(metric) && verdict === state)) ??
    'same';
  const parts = states
    .map((state) => ({ state, count: rest.filter((model) => stateOf(model) === state).length }))
    .filter(({ count }) => count > 0)
    .reverse()
    .map(({ state, count }, i) => {
      const what = i === 0 ? counted(count, 'model') : integer(count);
      return `${what} ${state === 'same' ? 'the same' : state}`;
    });
  return `${changedModels(diff).length > 0 ? 'Else' : 'No metric changed beyond chance'}, in ${list(failOn.map(titleOf))}: ${parts.join(', ')}.`;
}

/** Writes both values: `92.10 → 91.50 %`. */
export function valuesText({ metric, before, after }: MetricChange): string {
  return metricsText(findMetric(metric), before, after);
}

/** Writes the change alone: `−0.60`, `×1.24`. */
export function shortChange({ metric, before, after }: MetricChange): string {
  return metricChange(findMetric(metric), before, after);
}

/** Writes the change with its interval: `−0.60 points (−1.00 to −0.21)`, `×1.24`. */
export function changeText(change: MetricChange): string {
  const short = shortChange(change);
  const metric = findMetric(change.metric);
  if (metric.test !== 'images' || short === NOT_AVAILABLE) return short;
  const interval = change.interval?.map((end) => metricDifference(metric, end)).join(' to ');
  return `${short}${metric.unit === 'fraction' ? ' points' : ''}${interval ? ` (${interval})` : ''}`;
}

/** One cell of the table of all models: `▼ −0.60`. */
export function overviewCell(change: MetricChange): string {
  const short = shortChange(change);
  return short === NOT_AVAILABLE ? MARKS[change.verdict] : `${MARKS[change.verdict]} ${short}`;
}

/** Classes whose share of right answers changed beyond chance. */
export function changedClasses({ classes }: ModelDiff): ClassChange[] {
  return classes.filter(({ p }) => p < LEVEL);
}

/** Says how a class changed: `Shirt: 74.00 → 78.50 % right, fixed 61, broke 16, p < 0.0001`. */
export function classText({ name, before, after, fixed, broke, p }: ClassChange): string {
  return `${name}: ${percent(before)} → ${percent(after)} % right, fixed ${fixed}, broke ${broke}, ${pValue(p)}`;
}

/** Says how a kind of answer changed: `Shirt taken for Coat: 120 → 95, p = 0.003`. */
export function cellText({ truth, predicted, before, after, p }: CellChange): string {
  const what = truth === predicted ? `${truth} recognised` : `${truth} taken for ${predicted}`;
  return `${what}: ${integer(before)} → ${integer(after)}, ${pValue(p)}`;
}

/** Mistakes that changed beyond chance; right answers are what the classes say. */
export function changedMistakes({ cells }: ModelDiff): CellChange[] {
  return cells.filter(({ truth, predicted }) => truth !== predicted);
}

/** Says how many images flipped, and of which seed where there are several: `seed 1: fixed 61, broke 44`. */
export function flipsText(model: ModelDiff): string {
  const { flips, seeds } = model;
  const fixed = flips.filter(({ truth, after }) => after === truth).length;
  const seed = seeds.before.find((one) => seeds.after.includes(one));
  return `${isOneOfSeeds(model) && seed !== undefined ? `seed ${seed}: ` : ''}fixed ${fixed}, broke ${flips.length - fixed}`;
}

/** Whether what is said of single images is said of one seed among several. */
export function isOneOfSeeds({ seeds }: ModelDiff): boolean {
  return seeds.before.length > 1 || seeds.after.length > 1;
}

/** What is told of a model besides its metrics: missing fits and unequal seeds. */
export function remarksOf({ failures, seeds }: ModelDiff): string[] {
  const isEqual = seeds.before.join() === seeds.after.join();
  return [
    ...failures.before.map((failure) => `failed before, ${failure}`),
    ...failures.after.map((failure) => `failed after, ${failure}`),
    ...(isEqual
      ? []
      : [`seeds ${seeds.before.join(', ') || 'none'} before, ${seeds.after.join(', ') || 'none'} after`]),
  ];
}

/** A difference besides the metrics, and where it is. */
export interface SharedDifference {
  readonly name: string;
  /** `63445c83d8a5 → 179cb991dee3`, or that it differs where each model has its own. */
  readonly change: string;
  /** `all models`, or their names. */
  readonly where: string;
}

/**
 * Gathers the differences of all models, equal ones once.
 *
 * @returns those of most models last: parameters of one model say most about it
 */
export function sharedDifferences({ models }: Diff): SharedDifference[] {
  const found = new Map<string, SharedDifference & { names: string[] }>();
  for (const { name: model, differences } of models) {
    for (const { name, before, after } of differences) {
      // Every model has code of its own: what it was says nothing when many differ.
      const isOwn = name === MODEL_CODE;
      const key = JSON.stringify(isOwn ? [name] : [name, before, after]);
      const known = found.get(key);
      const change = isOwn && known ? 'differs' : `${before} → ${after}`;
      found.set(key, { name, change, where: '', names: [...(known?.names ?? []), model] });
    }
  }
  return [...found.values()]
    .sort((a, b) => a.names.length - b.names.length)
    .map(({ names, ...difference }) => ({
      ...difference,
      where: names.length === models.length && names.length > 1 ? 'all models' : someOf(names),
    }));
}

/** Says which models just one side has. */
export function oneSided({ onlyBefore, onlyAfter }: Diff): string[] {
  return [
    ...(onlyBefore.length > 0 ? [`Only before: ${someOf(onlyBefore)}.`] : []),
    ...(onlyAfter.length > 0 ? [`Only after: ${someOf(onlyAfter)}.`] : []),
  ];
}

/** Joins names, not too many of them. */
export function someOf(names: readonly string[]): string {
  if (names.length <= LISTED) return names.join(', ');
  return `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;
}

/** Writes a count with its noun: `1 model`, `2 models`. */
export function counted(count: number, noun: string): string {
  return `${integer(count)} ${noun}${count === 1 ? '' : 's'}`;
}
