// Pairs of programs that do the same: our models and their reference implementations, our models and npm libraries.
import { groupBy } from '../../base/group-by.ts';
import { decodeLabels } from '../../results/encode.ts';
import { epochSeconds } from '../../results/epoch-seconds.ts';
import { differingParams, sortedParams } from '../../results/params.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../../results/schema.ts';
import { type Summary, summarize } from '../../stats/summary.ts';
import type { LibraryPairs, Pair, PairSide } from './part-data.ts';

/** The benchmark of `npm run references`: ours and a reference fit alternating; each has the record of its median round. */
export const REFERENCES_BENCHMARK = 'references';

/** Seconds of one fit and prediction, and of an epoch where the model trains in epochs. */
interface Round {
  readonly fit: number;
  readonly predict: number;
  readonly epoch: number | null;
}

/**
 * Pairs each reference implementation with our model that was measured alternating with it.
 *
 * @param records of the references benchmark, one split, one machine
 * @returns a pair for each reference, ordered by our model's id
 */
export function referencePairs(records: readonly FitRecord[]): Pair[] {
  const references = records.filter(({ model }) => model.role === 'reference');
  return [...groupBy(references, ({ model }) => JSON.stringify([model.id, sortedParams(model.params)])).values()]
    .map((theirs) => {
      const { id, referenceOf = '' } = theirs[0]!.model;
      const own = records.filter(({ model }) => model.role === 'model' && model.id === referenceOf);
      const commands = new Set(theirs.map(({ command }) => command));
      const sameRun = own.filter(({ command }) => commands.has(command));
      const ours = sameRun.length > 0 ? sameRun : own;
      const ids = [`${referenceOf}${ours[0] ? variantOf(ours[0], own) : ''}`, id] as const;
      return makePair({ ids, ours, theirs, isFair: isSameRun, remarks: [] });
    })
    .sort(byModel);
}

/** Names the parameters in which a fit differs from others of its model: ` (batchSize=256)`; empty when there are none. */
function variantOf(record: FitRecord, siblings: readonly FitRecord[]): string {
  const differing = differingParams(record, siblings);
  return differing.length === 0 ? '' : ` (${differing.join(', ')})`;
}

/**
 * Pairs each of our models with the library's model that does the same. One that was not measured says so.
 *
 * @param records of the libraryPairs' benchmark, one split, one machine
 */
export function libraryPairsOfRecords(records: readonly FitRecord[], { pairs, unequal }: LibraryPairs): Pair[] {
  return Object.entries(pairs)
    .map(([id, library]) => {
      const [ours, theirs] = [id, library].map((one) => records.filter(({ model }) => model.id === one));
      const remarks = Object.hasOwn(unequal, id) ? [unequal[id]!] : [];
      return { ids: [id, library] as const, ours: ours!, theirs: theirs!, isFair: isSameDevice, remarks };
    })
    .filter(({ ours, theirs }) => ours.length + theirs.length > 0)
    .map(makePair);
}

function makePair(found: {
  ids: readonly [ours: string, theirs: string];
  ours: readonly FitRecord[];
  theirs: readonly FitRecord[];
  /** null when the times of the two may be compared, else the reason against it. */
  isFair: (ours: FinishedRecord, theirs: FinishedRecord) => string | null;
  remarks: readonly string[];
}): Pair {
  const [ours, theirs] = [newestBySeed(found.ours), newestBySeed(found.theirs)];
  const both = ours.filter(isFinished).flatMap((one) => {
    const other = theirs.filter(isFinished).find(({ seed }) => seed === one.seed);
    return other ? [{ one, other }] : [];
  });
  const reasons = new Set(both.map(({ one, other }) => found.isFair(one, other)).filter((reason) => reason !== null));
  const rounds = reasons.size > 0 ? [] : both.flatMap(({ one, other }) => zip(roundsOf(one), roundsOf(other)));
  const ratio = (seconds: (round: Round) => number | null): number | null => {
    const ratios = rounds.map(([a, b]) => (seconds(a) ?? Number.NaN) / (seconds(b) ?? Number.NaN));
    return ratios.length > 0 && ratios.every(Number.isFinite) ? summarize(ratios).median : null;
  };
  return {
    ours: sideOf(found.ids[0], ours),
    theirs: sideOf(found.ids[1], theirs),
    ratios: {
      fit: ratio(({ fit }) => fit),
      predict: ratio(({ predict }) => predict),
      sum: ratio(({ fit, predict }) => fit + predict),
      epoch: ratio(({ epoch }) => epoch),
    },
    agreement: meanOf(both.map(({ one, other }) => agreementOf(one, other))),
    remarks: [...found.remarks, ...reasons],
  };
}

/** Rounds that did not alternate were measured under different loads of the machine. */
function isSameRun(ours: FinishedRecord, theirs: FinishedRecord): string | null {
  const isSame = ours.command === theirs.command && ours.git?.commit === theirs.git?.commit;
  return isSame ? isSameDevice(ours, theirs) : 'The two were not measured in one run, so there is no ratio.';
}

/** CUDA and WebGPU use the same graphics card. */
function isSameDevice(ours: FinishedRecord, theirs: FinishedRecord): string | null {
  const [a, b] = [ours.software.engine.device, theirs.software.engine.device];
  return (a === 'cpu') === (b === 'cpu') ? null : `Ours ran on the ${a}, the other on the ${b}, so there is no ratio.`;
}

function newestBySeed(records: readonly FitRecord[]): FitRecord[] {
  const newestFirst = records.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return [...groupBy(newestFirst, ({ seed }) => String(seed)).values()]
    .map((group) => group[0]!)
    .sort((a, b) => a.seed - b.seed);
}

function sideOf(modelId: string, records: readonly FitRecord[]): PairSide {
  const finished = records.filter(isFinished);
  const failed = records.find((record) => !isFinished(record));
  const rounds = finished.flatMap(roundsOf);
  const over = (seconds: (round: Round) => number | null): Summary | null => {
    const all = rounds.map(seconds).filter((value) => value !== null);
    return all.length > 0 ? summarize(all) : null;
  };
  const weights = finished.map(({ resources }) => resources.peakRssBytes).filter((size) => size !== null);
  return {
    modelId,
    engine: records[0]?.model.engine ?? modelId,
    accuracy: meanOf(finished.map(({ metrics }) => metrics.accuracy)),
    fitSeconds: over(({ fit }) => fit),
    predictSeconds: over(({ predict }) => predict),
    sumSeconds: over(({ fit, predict }) => fit + predict),
    epochSeconds: over(({ epoch }) => epoch),
    peakRssBytes: weights.length > 0 ? Math.max(...weights) : null,
    failure: finished.length > 0 ? null : failed ? `${failed.status}: ${failed.error.message}` : 'not measured',
  };
}

/** The rounds that a record stands for: those in its notes, or its one fit. */
function roundsOf({ model: { notes }, timing }: FinishedRecord): Round[] {
  const seconds = (note: string): number[] =>
    String(notes[note] ?? '')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  const [fits, predicts] = [seconds('fitSecondsOfRounds'), seconds('predictSecondsOfRounds')];
  const epochs = seconds('epochSecondsOfRounds');
  const noted = zip(fits, predicts).filter((round) => round.every(Number.isFinite));
  return noted.length > 0
    ? noted.map(([fit, predict], i) => ({ fit, predict, epoch: epochs[i] ?? null }))
    : [{ fit: timing.trainSeconds, predict: timing.predictSeconds, epoch: epochSeconds(timing.curve) }];
}

function agreementOf(ours: FinishedRecord, theirs: FinishedRecord): number {
  const pairs = zip([...decodeLabels(ours.predictions)], [...decodeLabels(theirs.predictions)]);
  return pairs.filter(([a, b]) => a === b).length / pairs.length;
}

function zip<T>(a: readonly T[], b: readonly T[]): [T, T][] {
  return a.slice(0, b.length).map((value, i) => [value, b[i]!]);
}

function meanOf(values: readonly number[]): number | null {
  return values.length > 0 ? summarize(values).mean : null;
}

function byModel(a: Pair, b: Pair): number {
  const [x, y] = [a, b].map(({ ours, theirs }) => `${ours.modelId} ${theirs.modelId}`) as [string, string];
  return x < y ? -1 : 1;
}
