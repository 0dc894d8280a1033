// Which model meets which need, and findings: sentences computed from the rows of a comparison.
import { bytes, duration, fixed, integer, list, percent, percentage } from '../../document/format.ts';
import { quantile } from '../../stats/summary.ts';
import type { Choice, Side } from './report-data.ts';
import { type FinishedRow, isFinishedRow, type Row } from './row-data.ts';

/** How far below the best accuracy a model may be to count as nearly as accurate: one percentage point. */
const NEARLY = 0.01;

/**
 * Names, for each need, the model that meets it. Baselines are left out.
 *
 * @param rows of one comparison
 * @param testImages how many images the prediction times are for
 */
export function makePicks(rows: readonly Row[], testImages: number): Choice[] {
  const candidates = rows.filter(isFinishedRow).filter(({ kind }) => kind !== 'baseline');
  const best = candidates[0];
  if (!best) return [];
  const pick = (need: string, row: FinishedRow, value: string, detail: string): Choice => ({
    need,
    slug: row.slug,
    name: row.name,
    value,
    detail,
  });
  const at = (row: FinishedRow): string => `at ${percentage(row.accuracy.mean)} accuracy`;

  const nearlyBest = candidates.filter(({ accuracy }) => accuracy.mean >= best.accuracy.mean - NEARLY);
  const soonest = least(nearlyBest, ({ sumSeconds }) => sumSeconds.median);
  const fit = least(candidates, ({ fitSeconds }) => fitSeconds.median);
  const predict = least(candidates, ({ predictSeconds }) => predictSeconds.median);
  const counted = candidates.filter(({ parameterCount }) => parameterCount !== null);
  const smallest = counted.length > 0 ? least(counted, ({ parameterCount }) => parameterCount!) : null;
  const weighed = candidates.filter(({ peakRssBytes }) => peakRssBytes !== null);
  const lightest = weighed.length > 0 ? least(weighed, ({ peakRssBytes }) => peakRssBytes!) : null;
  return [
    pick('Most accurate', best, percentage(best.accuracy.mean), closeTo(best, candidates)),
    pick(
      'Fastest within one point of the best',
      soonest,
      duration(soonest.sumSeconds.median),
      `fit and prediction together, ${at(soonest)}`,
    ),
    pick(
      'Fastest to fit',
      fit,
      duration(fit.fitSeconds.median),
      `${at(fit)}; its prediction takes ${duration(fit.predictSeconds.median)}`,
    ),
    pick(
      'Fastest to predict',
      predict,
      duration(predict.predictSeconds.median),
      `for ${integer(testImages)} images, ${at(predict)}`,
    ),
    ...(smallest ? [pick('Fewest parameters', smallest, integer(smallest.parameterCount), at(smallest))] : []),
    ...(lightest ? [pick('Least memory', lightest, bytes(lightest.peakRssBytes), `at its peak, ${at(lightest)}`)] : []),
  ];
}

/**
 * Sums up the traditional and the deep models.
 *
 * @param rows of one comparison
 * @returns one for each of the two kinds that has a finished row
 */
export function makeSides(rows: readonly Row[]): Side[] {
  return (['traditional', 'deep'] as const).flatMap((kind) => {
    const members = rows.filter(isFinishedRow).filter((row) => row.kind === kind);
    const best = members[0];
    if (!best) return [];
    return {
      kind,
      count: members.length,
      best: { name: best.name, accuracy: best.accuracy.mean },
      medianAccuracy: quantile(
        members.map(({ accuracy }) => accuracy.mean),
        0.5,
      ),
      fitSeconds: rangeOf(members.map(({ fitSeconds }) => fitSeconds.median)),
      predictSeconds: rangeOf(members.map(({ predictSeconds }) => predictSeconds.median)),
    };
  });
}

/**
 * Writes the findings of a comparison, each a sentence.
 *
 * @param rows of one comparison
 */
export function makeFindings(rows: readonly Row[]): string[] {
  const finished = rows.filter(isFinishedRow);
  const candidates = finished.filter(({ kind }) => kind !== 'baseline');
  return [
    sidesFinding(candidates),
    timesFinding(candidates),
    baselineFinding(finished),
    classFinding(candidates),
    gapFinding(candidates),
    failureFinding(rows),
  ].filter((sentence) => sentence !== null);
}

function sidesFinding(candidates: readonly FinishedRow[]): string | null {
  const deep = candidates.find(({ kind }) => kind === 'deep');
  const traditional = candidates.find(({ kind }) => kind === 'traditional');
  if (!deep || !traditional) {
    const missing = deep ? 'traditional' : 'deep';
    return candidates.length > 0 ? `No ${missing} model finished, so there is none to compare with.` : null;
  }
  const [above, below] = deep.accuracy.mean >= traditional.accuracy.mean ? [deep, traditional] : [traditional, deep];
  const difference = percent(above.accuracy.mean - below.accuracy.mean);
  const overlap = below.interval[1] >= above.interval[0];
  return (
    `The best ${above.kind} model, ${above.name} (${percentage(above.accuracy.mean)}), is ${difference} percentage points ` +
    `more accurate than the best ${below.kind} model, ${below.name} (${percentage(below.accuracy.mean)}); their 95 % ` +
    `intervals ${overlap ? 'overlap, so the difference may be chance' : 'do not overlap'}.`
  );
}

function timesFinding(candidates: readonly FinishedRow[]): string | null {
  const parts = makeSides(candidates).map(({ kind }) => {
    const [low, high] = rangeOf(
      candidates.filter((row) => row.kind === kind).map(({ sumSeconds }) => sumSeconds.median),
    );
    return `${low === high ? duration(low) : `${duration(low)} to ${duration(high)}`} for the ${kind} models`;
  });
  return parts.length < 2 ? null : `Fit and prediction together take ${list(parts)}.`;
}

function baselineFinding(finished: readonly FinishedRow[]): string | null {
  const baseline = finished.find(({ kind }) => kind === 'baseline');
  const candidates = finished.filter(({ kind }) => kind !== 'baseline');
  if (!baseline || candidates.length === 0) return null;
  const weak = candidates.filter(({ interval }) => interval[0] <= baseline.accuracy.mean).map(({ name }) => name);
  const named = `the baseline ${baseline.name} (${percentage(baseline.accuracy.mean)})`;
  return weak.length === 0
    ? `Every model is clearly more accurate than ${named}.`
    : `Not clearly more accurate than ${named}: ${list(weak)}.`;
}

function classFinding(candidates: readonly FinishedRow[]): string | null {
  const means = (candidates[0]?.classes ?? []).flatMap(({ name }, label) => {
    const values = candidates.map(({ classes }) => classes[label]!.f1).filter((value) => value !== null);
    return values.length === 0 ? [] : { name, mean: values.reduce((sum, value) => sum + value, 0) / values.length };
  });
  if (means.length < 2) return null;
  const hardest = least(means, ({ mean }) => mean);
  const easiest = least(means, ({ mean }) => -mean);
  return (
    `The hardest class is ${hardest.name} (mean F1 of all models ${fixed(hardest.mean, 2)}), ` +
    `the easiest is ${easiest.name} (${fixed(easiest.mean, 2)}).`
  );
}

function gapFinding(candidates: readonly FinishedRow[]): string | null {
  const known = candidates.filter(({ trainAccuracy }) => trainAccuracy !== null);
  if (known.length === 0) return null;
  const widest = least(known, ({ trainAccuracy, accuracy }) => accuracy.mean - trainAccuracy!);
  const gap = widest.trainAccuracy! - widest.accuracy.mean;
  if (gap <= 0) return null;
  return (
    `${widest.name} has the largest gap between training and test accuracy: ${percentage(widest.trainAccuracy)} and ` +
    `${percentage(widest.accuracy.mean)}.`
  );
}

function failureFinding(rows: readonly Row[]): string | null {
  const failed = rows.filter((row) => row.failures.length > 0).map(({ name }) => name);
  return failed.length === 0 ? null : `Not every fit finished: see ${list(failed)} under Failures.`;
}

function closeTo(best: FinishedRow, candidates: readonly FinishedRow[]): string {
  const [low, high] = best.interval;
  const near = candidates.filter((row) => row !== best && row.interval[1] >= low).map(({ name }) => name);
  const interval = `95 % interval ${percent(low)} to ${percent(high)}`;
  if (candidates.length === 1) return interval;
  return near.length === 0
    ? `${interval}; no other model's interval overlaps it`
    : `${interval}; it overlaps with that of ${list(near)}`;
}

function least<T>(values: readonly T[], key: (value: T) => number): T {
  return values.reduce((found, value) => (key(value) < key(found) ? value : found));
}

function rangeOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
