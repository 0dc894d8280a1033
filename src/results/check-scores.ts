// Computes the scores of a record again from its confusion matrix.
import type { Contradict } from './contradict.ts';
import type { FinishedRecord, PartScore, TestScores } from './schema.ts';

/** Larger than the rounding errors of any order of summation over 256 classes. */
const TOLERANCE = 1e-9;
/** A probability is clipped to 2^-23 before its logarithm is taken, so no image costs more. */
const MOST_LOG_LOSS = 23 * Math.LN2;

/** The scores that follow from a confusion matrix. */
type Scores = Pick<TestScores, 'accuracy' | 'balancedAccuracy' | 'macroF1' | 'weightedF1' | 'perClass'>;

/**
 * Compares the scores on the test images with those that the confusion matrix gives, and checks the scores on the other
 * parts of the data.
 *
 * @param record a finished fit
 * @param contradict reports a contradiction
 */
export function checkScores({ metrics, dataset }: FinishedRecord, contradict: Contradict): void {
  const { confusion, perClass, logLoss } = metrics;
  if (hasRightSize(metrics, dataset.classNames.length, contradict)) {
    const total = sum(confusion.map(sum));
    if (total === dataset.test && total > 0) compareScores(metrics, scoresOf(confusion, total), contradict);
    else contradict('metrics.confusion', `${total} images; expected ${dataset.test}, at least one, as in dataset.test`);
    const unlike = perClass.findIndex(({ label }, i) => label !== i);
    if (unlike >= 0) contradict(`metrics.perClass.${unlike}.label`, `${perClass[unlike]!.label}; expected ${unlike}`);
  }
  if (logLoss !== null && logLoss > MOST_LOG_LOSS + TOLERANCE) {
    contradict('metrics.logLoss', `${logLoss}; at most ${MOST_LOG_LOSS.toFixed(3)}, because probabilities are clipped`);
  }
  checkPart('metrics.train', metrics.train, dataset.train, contradict);
  checkPart('metrics.validation', metrics.validation, dataset.validation, contradict);
}

/**
 * Tells whether two values of a score agree.
 *
 * @param one a score, null where it is not defined
 * @param other likewise
 */
export function isSameScore(one: number | null, other: number | null): boolean {
  return one === other || (one !== null && other !== null && Math.abs(one - other) <= TOLERANCE);
}

/** Tells whether the scores are of as many classes as the data has. */
function hasRightSize({ perClass, confusion }: TestScores, classCount: number, contradict: Contradict): boolean {
  let isRight = true;
  const expectLength = (field: string, length: number) => {
    if (length === classCount) return;
    isRight = false;
    contradict(field, `length ${length}; expected ${classCount}`);
  };
  expectLength('metrics.perClass', perClass.length);
  expectLength('metrics.confusion', confusion.length);
  for (const [label, row] of confusion.entries()) expectLength(`metrics.confusion.${label}`, row.length);
  return isRight;
}

/** The formulas of scikit-learn, with null where a ratio has no denominator. */
function scoresOf(confusion: readonly (readonly number[])[], total: number): Scores {
  const predicted = confusion.map((_, label) => sum(confusion.map((row) => row[label]!)));
  const perClass = confusion.map((row, label) => {
    const [right, support] = [row[label]!, sum(row)];
    return {
      label,
      precision: predicted[label] === 0 ? null : right / predicted[label]!,
      recall: support === 0 ? null : right / support,
      f1: support + predicted[label]! === 0 ? null : (2 * right) / (support + predicted[label]!),
      support,
    };
  });
  return {
    perClass,
    accuracy: sum(confusion.map((row, label) => row[label]!)) / total,
    balancedAccuracy: meanOf(perClass.map(({ recall }) => recall)),
    macroF1: meanOf(perClass.map(({ f1 }) => f1)),
    weightedF1: sum(perClass.map(({ f1, support }) => (f1 ?? 0) * support)) / total,
  };
}

function compareScores(metrics: TestScores, scores: Scores, contradict: Contradict): void {
  const compare = (field: string, found: number | null, expected: number | null) => {
    if (!isSameScore(found, expected)) contradict(field, `${found}; the confusion matrix gives ${expected}`);
  };
  for (const key of ['accuracy', 'balancedAccuracy', 'macroF1', 'weightedF1'] as const) {
    compare(`metrics.${key}`, metrics[key], scores[key]);
  }
  for (const [label, expected] of scores.perClass.entries()) {
    for (const key of ['support', 'precision', 'recall', 'f1'] as const) {
      compare(`metrics.perClass.${label}.${key}`, metrics.perClass[label]![key], expected[key]);
    }
  }
}

function checkPart(field: string, { accuracy, loss, images }: PartScore, most: number, contradict: Contradict): void {
  if (images > most) contradict(`${field}.images`, `${images}; that part of the data has ${most} images`);
  if ((accuracy === null) !== (images === 0)) contradict(`${field}.accuracy`, `${accuracy} of ${images} images`);
  if (loss !== null && images === 0) contradict(`${field}.loss`, `${loss} of 0 images; expected null`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The mean of the values that are defined; there is at least one. */
function meanOf(values: readonly (number | null)[]): number {
  const defined = values.filter((value) => value !== null);
  return sum(defined) / defined.length;
}
