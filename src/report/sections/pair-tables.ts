// Tables of pairs: our models and reference implementations or npm libraries that do the same.
import { type Block, type FactsBlock, facts, heading, note, type TableBlock, table } from '../../document/blocks.ts';
import { bytes, duration, durationRange, NOT_AVAILABLE, percent, percentage, ratio } from '../../document/format.ts';
import type { Summary } from '../../stats/summary.ts';
import type { Pair, PairSide } from '../model/part-data.ts';

/**
 * Builds the table of our models and their reference implementations.
 *
 * @param pairs of one comparison
 */
export function referencesTable(pairs: readonly Pair[]): TableBlock {
  return pairTable(
    [
      'model',
      'reference',
      'ours / reference',
      'fit + predict',
      'of reference',
      'accuracy, %',
      'of reference',
      'same predictions',
      'memory',
      'of reference',
    ],
    pairs.map(({ ours, theirs, ratios, agreement }) => [
      ours.modelId,
      theirs.engine,
      ratio(ratios.sum),
      overRounds(ours.sumSeconds),
      overRounds(theirs.sumSeconds),
      percent(ours.accuracy),
      percent(theirs.accuracy),
      percentage(agreement),
      bytes(ours.peakRssBytes),
      bytes(theirs.peakRssBytes),
    ]),
  );
}

/**
 * Builds the table of our engines and the libraries.
 *
 * @param pairs of one part
 */
export function enginesTable(pairs: readonly Pair[]): TableBlock {
  return pairTable(
    [
      'model',
      'library',
      'ours / library',
      'fit only',
      'predict only',
      'fit + predict',
      'of library',
      'accuracy, %',
      'of library',
      'same predictions',
    ],
    pairs.map(({ ours, theirs, ratios, agreement }) => [
      ours.modelId,
      theirs.engine,
      ratio(ratios.sum),
      ratio(ratios.fit),
      ratio(ratios.predict),
      overRounds(ours.sumSeconds),
      overRounds(theirs.sumSeconds),
      percent(ours.accuracy),
      percent(theirs.accuracy),
      percentage(agreement),
    ]),
  );
}

/**
 * Builds the table of seconds per epoch of networks, with its heading and note.
 *
 * @param pairs those of other models are left out
 * @returns nothing when there is no network
 */
export function epochBlocks(pairs: readonly Pair[]): Block[] {
  const networks = pairs.filter(({ ratios }) => ratios.epoch !== null);
  if (networks.length === 0) return [];
  const lines = networks.map(({ ours, theirs, ratios }) => [
    ours.modelId,
    theirs.engine,
    ratio(ratios.epoch),
    overRounds(ours.epochSeconds),
    overRounds(theirs.epochSeconds),
  ]);
  return [
    heading('Seconds per epoch'),
    pairTable(['network', 'other', 'ours / other', 'epoch', 'of other'], lines),
    note(
      'One pass over the training images. Where there are several epochs, the first is left out: both build their graphs in it.',
    ),
  ];
}

/**
 * Lists what limits pairs: what cannot be made equal, and which program failed and why.
 *
 * @param pairs of one part
 */
export function pairRemarks(pairs: readonly Pair[]): FactsBlock {
  const failure = ({ modelId, failure: text }: PairSide) => (text === null ? [] : [{ name: modelId, text }]);
  return facts(
    pairs.flatMap(({ ours, theirs, remarks }) => [
      ...remarks.map((text) => ({ name: ours.modelId, text })),
      ...failure(ours),
      ...failure(theirs),
    ]),
  );
}

function pairTable(heads: readonly string[], lines: readonly (readonly string[])[]): TableBlock {
  return table(
    heads.map((head, i) => ({ head, align: i < 2 ? 'left' : 'right' })),
    lines,
  );
}

/** The median, and the range where the rounds differ. */
function overRounds(seconds: Summary | null): string {
  if (seconds === null) return NOT_AVAILABLE;
  const { median, min, max } = seconds;
  return duration(min) === duration(max) ? duration(median) : `${duration(median)} (${durationRange(min, max)})`;
}
