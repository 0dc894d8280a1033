// Finds where a record contradicts itself: everything in it that follows from other parts of it is computed again.
import { checkImages } from './check-images.ts';
import { checkPredictions } from './check-predictions.ts';
import { checkScores } from './check-scores.ts';
import { checkTimes } from './check-times.ts';
import type { Contradict } from './contradict.ts';
import { type FitRecord, isFinished } from './schema.ts';

/**
 * Finds the contradictions of a record. The time is proportional to the size of the record.
 *
 * @param record one that the schema accepts
 * @returns texts that begin with the field, `metrics.accuracy: 1; the confusion matrix gives 0.1`; none for a record that
 *   agrees with itself
 */
export function findContradictions(record: FitRecord): string[] {
  const found: string[] = [];
  const contradict: Contradict = (field, problem) => found.push(`${field}: ${problem}`);
  checkFacts(record, contradict);
  if (isFinished(record)) {
    checkScores(record, contradict);
    checkPredictions(record, contradict);
    checkImages(record, contradict);
    checkTimes(record, contradict);
  }
  return found;
}

/** Checks what every record has. */
function checkFacts({ dataset: { classNames }, model }: FitRecord, contradict: Contradict): void {
  const repeated = classNames.findIndex((name, i) => classNames.indexOf(name) < i);
  if (repeated >= 0) contradict(`dataset.classNames.${repeated}`, 'repeats the name of another class');
  if (model.role === 'model' && model.referenceOf !== undefined) {
    contradict('model.referenceOf', 'given for a model; only a reference implementation has it');
  }
}
