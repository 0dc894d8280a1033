// Several rounds of the same fit become one record: that of the median round, with every round's seconds in its notes.
import { epochSeconds } from '../../src/results/epoch-seconds.ts';
import type { ProcessOutcome } from '../../src/run/fit-process.ts';

/** One fit of several of the same kind. */
export interface Round {
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly ended: ProcessOutcome;
}

/** A round that ended well. */
export type FinishedRound = Round & { readonly ended: Extract<ProcessOutcome, { status: 'ok' }> };

/**
 * Lets contenders fit in turn, round by round, so that a slow minute of the machine meets them all. One that failed, or
 * was stopped, does not start again.
 *
 * @param contenders each fits once when called with the round, 1 for the first
 * @param rounds at least 1
 * @returns the rounds of each contender; fewer than asked for where one failed or the signal came
 */
export async function takeTurns(
  contenders: readonly ((round: number) => Promise<Round>)[],
  rounds: number,
  signal: AbortSignal,
): Promise<Round[][]> {
  const done: Round[][] = contenders.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [i, contend] of contenders.entries()) {
      if (signal.aborted || done[i]!.some(({ ended }) => ended.status !== 'ok')) continue;
      done[i]!.push(await contend(round));
    }
  }
  return done;
}

/**
 * Picks the round that stands for all: one that failed if any did, for a failure must not vanish; else the median by
 * fit plus predict, of an even number the faster of the middle two. Its notes gain `rounds` and, as text, in the order in
 * which the rounds ran, `fitSecondsOfRounds`, `predictSecondsOfRounds` and, of a network, `epochSecondsOfRounds`.
 *
 * @param rounds at least one
 */
export function medianRound(rounds: readonly Round[]): Round {
  const finished = finishedRounds(rounds);
  if (finished.length < rounds.length) return rounds.find(({ ended }) => ended.status !== 'ok')!;
  const middle = finished.toSorted((a, b) => sumSeconds(a) - sumSeconds(b))[(finished.length - 1) >> 1];
  if (!middle) throw new Error('no round to choose from');
  const { ended } = middle;
  const timings = finished.map((round) => round.ended.outcome.timing);
  const epochs = timings.map(({ curve }) => epochSeconds(curve)).filter((seconds) => seconds !== null);
  const notes = {
    ...ended.outcome.notes,
    rounds: finished.length,
    fitSecondsOfRounds: timings.map(({ trainSeconds }) => trainSeconds).join(' '),
    predictSecondsOfRounds: timings.map(({ predictSeconds }) => predictSeconds).join(' '),
    ...(epochs.length === timings.length && { epochSecondsOfRounds: epochs.join(' ') }),
  };
  return { ...middle, ended: { ...ended, outcome: { ...ended.outcome, notes } } };
}

/** Leaves out what did not end well. */
export function finishedRounds(rounds: readonly Round[]): FinishedRound[] {
  return rounds.filter((round): round is FinishedRound => round.ended.status === 'ok');
}

/** Seconds to fit and to predict all test images: lazy learners pay at prediction, so only the sum is compared. */
export function sumSeconds({ ended }: FinishedRound): number {
  return ended.outcome.timing.trainSeconds + ended.outcome.timing.predictSeconds;
}
