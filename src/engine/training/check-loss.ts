// Ends a training whose loss is no longer a finite number, and says what usually helps.
import { Diverged, lossText } from '../../base/diverged.ts';

/** Where a training is. */
export interface TrainingPlace {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of the step within the epoch, from 1; null where only whole epochs are known. */
  readonly step: number | null;
  /** Number of steps of an epoch. */
  readonly steps: number;
  /** Of the last step, with the factor of the schedule. */
  readonly learningRate: number;
}

/**
 * Checks the loss of steps that have been taken.
 *
 * @param loss sum over these steps
 * @param place of the last step
 * @throws Diverged if the loss is not a finite number
 */
export function checkLoss(loss: number, { epoch, step, steps, learningRate }: TrainingPlace): void {
  if (Number.isFinite(loss)) return;
  const at = step === null ? `epoch ${epoch}` : `epoch ${epoch}, step ${step} of ${steps}`;
  // The loss of a step is computed before its weights change.
  const cures =
    epoch === 1 && step === 1
      ? 'no weight had changed yet: look in the layers for a division by 0, a logarithm of 0 or initial weights that are too large'
      : 'try a smaller learningRate, gradient clipping (clipNorm in the recipe) or batch normalisation; in layers of your ' +
        'own look for a division by 0 or a logarithm of 0';
  throw new Diverged(`the loss is ${lossText(loss)} in ${at}, with learning rate ${learningRate}: ${cures}`);
}
