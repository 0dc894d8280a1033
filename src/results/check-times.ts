// Checks the times of a record against each other: the learning curve, the parts of the total, latency, rounds.
import type { Contradict } from './contradict.ts';
import { seconds } from './field-types.ts';
import type { FinishedRecord, Latency } from './schema.ts';

/** Notes of a record that stands for several rounds: texts of the seconds of each round. */
const NOTES_OF_ROUNDS = ['fitSecondsOfRounds', 'predictSecondsOfRounds', 'epochSecondsOfRounds'];
/** Two clocks, that of the fit and that of the process around it, may differ by as much. */
const SLACK = 0.01;
const SLACK_SECONDS = 0.1;
/** For rounding errors. */
const RELATIVE = 1e-6;

/**
 * Checks that no part of a fit takes longer than the whole and that nothing runs backwards. A fit that was resumed contains
 * the training of earlier processes, so that its training may take longer than its process.
 *
 * @param record a finished fit
 * @param contradict reports a contradiction
 */
export function checkTimes({ timing, latency, dataset, model }: FinishedRecord, contradict: Contradict): void {
  const { totalSeconds, trainSeconds, curve } = timing;
  for (const part of ['setupSeconds', 'predictSeconds'] as const) {
    if (isLonger(timing[part], totalSeconds)) {
      contradict(`timing.${part}`, `${timing[part]}; timing.totalSeconds is ${totalSeconds}`);
    }
  }
  checkCurve(curve, trainSeconds, contradict);
  for (const [i, one] of latency.entries()) checkLatency(`latency.${i}`, one, dataset.test, contradict);
  for (const note of NOTES_OF_ROUNDS) {
    const text = model.notes[note];
    if (text !== undefined && !isListOfSeconds(String(text))) {
      contradict(`model.notes.${note}`, 'expected the seconds of each round, separated by spaces');
    }
  }
}

function checkCurve(curve: FinishedRecord['timing']['curve'], trainSeconds: number, contradict: Contradict): void {
  for (let i = 1; i < curve.length; i++) {
    const [last, point] = [curve[i - 1]!, curve[i]!];
    if (point.epoch <= last.epoch) {
      contradict(`timing.curve.${i}.epoch`, `${point.epoch} after ${last.epoch}; expected a later epoch`);
    }
    if (point.seconds < last.seconds) {
      contradict(`timing.curve.${i}.seconds`, `${point.seconds} after ${last.seconds}; expected a later time`);
    }
  }
  const end = curve.at(-1);
  if (end && isLonger(end.seconds, trainSeconds)) {
    contradict(`timing.curve.${curve.length - 1}.seconds`, `${end.seconds}; timing.trainSeconds is ${trainSeconds}`);
  }
}

function checkLatency(field: string, latency: Latency, test: number, contradict: Contradict): void {
  const { batch, minMs, medianMs, meanMs, p99Ms, imagesPerSecond } = latency;
  if (batch > test) contradict(`${field}.batch`, `${batch}; there are ${test} test images`);
  if (minMs > medianMs * (1 + RELATIVE)) contradict(`${field}.minMs`, `${minMs}; the median is ${medianMs}`);
  if (minMs > meanMs * (1 + RELATIVE)) contradict(`${field}.minMs`, `${minMs}; the mean is ${meanMs}`);
  if (medianMs > p99Ms * (1 + RELATIVE)) contradict(`${field}.p99Ms`, `${p99Ms}; the median is ${medianMs}`);
  const expected = medianMs > 0 ? (batch * 1000) / medianMs : 0;
  if (Math.abs(imagesPerSecond - expected) > RELATIVE * expected) {
    contradict(`${field}.imagesPerSecond`, `${imagesPerSecond}; batch and median give ${expected}`);
  }
}

function isLonger(part: number, whole: number): boolean {
  return part > whole * (1 + SLACK) + SLACK_SECONDS;
}

function isListOfSeconds(text: string): boolean {
  return text.split(' ').every((part) => part !== '' && seconds.safeParse(Number(part)).success);
}
