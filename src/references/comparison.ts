// The comparison of a model with a reference, and the table at the end of `npm run references`.
import { duration, durationRange, NOT_AVAILABLE, percent, ratio } from '../document/format.ts';
import { plainTable } from '../document/terminal-table.ts';
import { type Summary, summarize } from '../stats/summary.ts';
import { finishedRounds, medianRound, type Round, sumSeconds } from './rounds.ts';

/** One model of a pair. */
export interface Side {
  readonly modelId: string;
  /** Fit plus predict of each round that ended well, in order. */
  readonly sumSeconds: readonly number[];
  /** Of the median round; null when a round failed. */
  readonly accuracy: number | null;
  /** Why a round failed; null when none did. */
  readonly failure: string | null;
}

/** Our model and a reference, measured alternating. */
export interface Comparison {
  readonly ours: Side;
  readonly reference: Side;
  /** Our seconds over the reference's in each round that both finished. */
  readonly ratios: readonly number[];
  readonly medianRatio: number | null;
  /** Share of test images for which the median rounds predict the same class; null when a round failed. */
  readonly agreement: number | null;
}

/**
 * Compares the rounds of a pair.
 *
 * @param ours rounds of our model, in the order they ran; round i of both ran one after the other
 * @param reference rounds of the reference
 */
export function comparePair(
  modelIds: { readonly ours: string; readonly reference: string },
  ours: readonly Round[],
  reference: readonly Round[],
): Comparison {
  const sides = { ours: sideOf(modelIds.ours, ours), reference: sideOf(modelIds.reference, reference) };
  // A model stops at its first failure, so equal positions are equal rounds.
  const both = Math.min(sides.ours.sumSeconds.length, sides.reference.sumSeconds.length);
  const ratios = sides.ours.sumSeconds.slice(0, both).map((seconds, i) => seconds / sides.reference.sumSeconds[i]!);
  return {
    ...sides,
    ratios,
    medianRatio: both > 0 ? summarize(ratios).median : null,
    agreement: agreementOf(ours, reference),
  };
}

/**
 * Lays the comparisons out as a table of at most 100 columns: times as median and range over the rounds, each of our
 * models once above its references, and failures below the table. Ratio and agreement are in the reference's row.
 *
 * @param comparisons those of one model in a row
 */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const head = ['model', 'fit + predict', 'accuracy', 'ours / reference', 'agreement'];
  const rows = comparisons.flatMap(({ ours, reference, medianRatio, agreement }, i) => {
    const isFirst = comparisons[i - 1]?.ours.modelId !== ours.modelId;
    const referenceRow = [...cellsOf(reference), ratio(medianRatio), share(agreement)];
    return isFirst ? [[...cellsOf(ours), '', ''], referenceRow] : [referenceRow];
  });
  const failures = comparisons
    .flatMap(({ ours, reference }) => [ours, reference])
    .filter(({ failure }) => failure !== null)
    .map(({ modelId, failure }) => `${modelId}: ${failure}`);
  const legend = 'Times: median (min to max). Ours / reference: median ratio of the rounds; below 1, ours is faster.';
  return [plainTable(head, rows, 100), '', legend, ...new Set(failures)].join('\n');
}

function sideOf(modelId: string, rounds: readonly Round[]): Side {
  const finished = finishedRounds(rounds);
  const failed = rounds.map(({ ended }) => ended).find((ended) => ended.status !== 'ok');
  const median = rounds.length > 0 ? medianRound(rounds).ended : undefined;
  return {
    modelId,
    sumSeconds: finished.map(sumSeconds),
    accuracy: median?.status === 'ok' ? median.outcome.metrics.accuracy : null,
    failure: failed ? `${failed.status}: ${failed.error.message}` : null,
  };
}

function agreementOf(ours: readonly Round[], reference: readonly Round[]): number | null {
  if (ours.length === 0 || reference.length === 0) return null;
  const [a, b] = [medianRound(ours).ended, medianRound(reference).ended];
  if (a.status !== 'ok' || b.status !== 'ok') return null;
  const { labels } = a.outcome.prediction;
  return labels.filter((label, i) => label === b.outcome.prediction.labels[i]).length / labels.length;
}

function cellsOf({ modelId, sumSeconds, accuracy }: Side): string[] {
  return [modelId, sumSeconds.length === 0 ? NOT_AVAILABLE : formatRange(sumSeconds), share(accuracy)];
}

function formatRange(sumSeconds: readonly number[]): string {
  const { median, min, max, count }: Summary = summarize(sumSeconds);
  return count === 1 ? duration(median) : `${duration(median)} (${durationRange(min, max)})`;
}

function share(value: number | null): string {
  return value === null ? NOT_AVAILABLE : `${percent(value)} %`;
}
