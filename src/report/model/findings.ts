// What a comparison says, in words: which model meets which need, and how the traditional side fares against the deep one.

import { bytes, duration, integer, list, percent } from '../../document/format.ts';
import { quantile } from '../../stats/summary.ts';
import type { Choice, FinishedRow, Row, Side } from './report-data.ts';
import { isFinishedRow } from './report-data.ts';

/** How far below the best a model may be to count as nearly as good: one percentage point. */
const NEARLY = 0.01;

/**
 * Names, for each need, the model that meets it. Baselines do not compete.
 *
 * @param rows of one comparison
 * @param testImages how many images a prediction covers
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
  const at = (row: FinishedRow): string => `at ${percent(row.accuracy.mean)} % accuracy`;

  const picks = [pick('Most accurate', best, `${percent(best.accuracy.mean)} %`, closeTo(best, candidates))];
  const soonest = least(
    candidates.filter(({ accuracy }) => accuracy.mean >= best.accuracy.mean - NEARLY),
    ({ sumSeconds }) => sumSeconds.median,
  );
  picks.push(
    pick(
      'Nearly the best, soonest',
      soonest,
      duration(soonest.sumSeconds.median),
      `fit and prediction together, ${at(soonest)}: least time within one point of the best`,
    ),
  );
  const fit = least(candidates, ({ fitSeconds }) => fitSeconds.median);
  picks.push(
    pick(
      'Fastest to fit',
      fit,
      duration(fit.fitSeconds.median),
      `${at(fit)}; its prediction takes ${duration(fit.predictSeconds.median)}`,
    ),
  );
  const predict = least(candidates, ({ predictSeconds }) => predictSeconds.median);
  picks.push(
    pick(
      'Fastest to predict',
      predict,
      duration(predict.predictSeconds.median),
      `for ${integer(testImages)} images, ${at(predict)}`,
    ),
  );
  const counted = candidates.filter(({ parameterCount }) => parameterCount !== null);
  if (counted.length > 0) {
    const smallest = least(counted, ({ parameterCount }) => parameterCount!);
    picks.push(pick('Smallest', smallest, integer(smallest.parameterCount), `trained numbers, ${at(smallest)}`));
  }
  const weighed = candidates.filter(({ peakRssBytes }) => peakRssBytes !== null);
  if (weighed.length > 0) {
    const lightest = least(weighed, ({ peakRssBytes }) => peakRssBytes!);
    picks.push(pick('Least memory', lightest, bytes(lightest.peakRssBytes), `at its peak, ${at(lightest)}`));
  }
  return picks;
}

/**
 * Sums up the traditional and the deep models.
 *
 * @param rows of one comparison
 * @returns a side for each of the two kinds that has a finished row
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
 * Says in whole sentences what a comparison shows, each computed from its rows.
 *
 * @param rows of one comparison
 */
export function makeFindings(rows: readonly Row[]): string[] {
  const finished = rows.filter(isFinishedRow);
  const candidates = finished.filter(({ kind }) => kind !== 'baseline');
  return [
    sidesFinding(candidates),
    timesFinding(candidates),
    floorFinding(finished),
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
    return candidates.length > 0 ? `There is no finished ${missing} model to compare with.` : null;
  }
  const [above, below] = deep.accuracy.mean >= traditional.accuracy.mean ? [deep, traditional] : [traditional, deep];
  const difference = percent(above.accuracy.mean - below.accuracy.mean);
  const overlap = below.interval[1] >= above.interval[0];
  return (
    `The best ${above.kind} model, ${above.name} (${percent(above.accuracy.mean)} %), is ${difference} points above the ` +
    `best ${below.kind} one, ${below.name} (${percent(below.accuracy.mean)} %); their 95 % intervals ` +
    `${overlap ? 'overlap, so the difference may be chance' : 'do not overlap'}.`
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

function floorFinding(finished: readonly FinishedRow[]): string | null {
  const floor = finished.find(({ kind }) => kind === 'baseline');
  const candidates = finished.filter(({ kind }) => kind !== 'baseline');
  if (!floor || candidates.length === 0) return null;
  const beaten = candidates.filter(({ interval }) => interval[0] <= floor.accuracy.mean).map(({ name }) => name);
  const bar = `the floor of ${percent(floor.accuracy.mean)} % (${floor.name})`;
  return beaten.length === 0 ? `Every model is clear of ${bar}.` : `Not clear of ${bar}: ${list(beaten)}.`;
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
    `The hardest class is ${hardest.name} (F1 ${hardest.mean.toFixed(2)} over all models), ` +
    `the easiest ${easiest.name} (${easiest.mean.toFixed(2)}).`
  );
}

function gapFinding(candidates: readonly FinishedRow[]): string | null {
  const known = candidates.filter(({ trainAccuracy }) => trainAccuracy !== null);
  if (known.length === 0) return null;
  const widest = least(known, ({ trainAccuracy, accuracy }) => accuracy.mean - trainAccuracy!);
  const gap = widest.trainAccuracy! - widest.accuracy.mean;
  if (gap <= 0) return null;
  return (
    `${widest.name} loses most from training images to test images: ${percent(widest.trainAccuracy)} % to ` +
    `${percent(widest.accuracy.mean)} %.`
  );
}

function failureFinding(rows: readonly Row[]): string | null {
  const failed = rows.filter((row) => row.failures.length > 0).map(({ name }) => name);
  return failed.length === 0 ? null : `Not every fit came to its end: see ${list(failed)} under failures.`;
}

function closeTo(best: FinishedRow, candidates: readonly FinishedRow[]): string {
  const [low, high] = best.interval;
  const near = candidates.filter((row) => row !== best && row.interval[1] >= low).map(({ name }) => name);
  const interval = `95 % interval ${percent(low)} to ${percent(high)}`;
  if (candidates.length === 1) return interval;
  return near.length === 0
    ? `${interval}; no other reaches into it`
    : `${interval}; that of ${list(near)} reaches into it`;
}

function least<T>(values: readonly T[], key: (value: T) => number): T {
  return values.reduce((found, value) => (key(value) < key(found) ? value : found));
}

function rangeOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
