// Rounds of the same fit: alternating fits, and the median round that becomes the record.
import { epochSeconds } from '../results/epoch-seconds.ts';
import type { ProcessOutcome } from '../run/fit-process.ts';

/** One fit of several of the same kind. */
export interface Round {
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly ended: ProcessOutcome;
}

/** A round that ended well. */
export type FinishedRound = Round & { readonly ended: Extract<ProcessOutcome, { status: 'ok' }> };

/**
 * Runs fits alternating, round by round, so that a slow minute of the machine affects all of them. A fit that failed or
 * was stopped does not start again.
 *
 * @param fits each fits once when called with the round, 1 for the first
 * @param rounds at least 1
 * @returns the rounds of each fit; fewer than `rounds` when one failed or the signal aborted
 */
export async function alternate(
  fits: readonly ((round: number) => Promise<Round>)[],
  rounds: number,
  signal: AbortSignal,
): Promise<Round[][]> {
  const done: Round[][] = fits.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [i, runFit] of fits.entries()) {
      if (signal.aborted || done[i]!.some(({ ended }) => ended.status !== 'ok')) continue;
      done[i]!.push(await runFit(round));
    }
  }
  return done;
}

/**
 * Picks the round that represents all: a failed one if any failed, so that the failure is recorded; else the median by
 * fit plus predict, the faster of the middle two when their number is even. Its notes gain `rounds` and, as texts in the
 * order of the rounds, `fitSecondsOfRounds`, `predictSecondsOfRounds` and, for networks, `epochSecondsOfRounds`.
 *
 * @param rounds at least one
 */
export function medianRound(rounds: readonly Round[]): Round {
  const finished = finishedRounds(rounds);
  if (finished.length < rounds.length) return rounds.find(({ ended }) => ended.status !== 'ok')!;
  const middle = finished.toSorted((a, b) => sumSeconds(a) - sumSeconds(b))[(finished.length - 1) >> 1];
  if (!middle) throw new Error('medianRound needs at least one round; there was none');
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

/** Keeps the rounds that ended well, in their order. */
export function finishedRounds(rounds: readonly Round[]): FinishedRound[] {
  return rounds.filter((round): round is FinishedRound => round.ended.status === 'ok');
}

/** Seconds to fit and to predict all test images. Lazy learners do their work at prediction, so only the sum is compared. */
export function sumSeconds({ ended }: FinishedRound): number {
  return ended.outcome.timing.trainSeconds + ended.outcome.timing.predictSeconds;
}
