// What the report says of single images, in words that its renderings share. Not escaped.
import { list, pValue } from '../../document/format.ts';
import type { ImagePart, PairwiseTest } from '../model/report-data.ts';

/** Adjusted p-values below this tell two models apart. */
const LEVEL = 0.05;

export const PAIRWISE_NOTE =
  "McNemar's exact test on the test images that just one of two models has right, adjusted by Holm for all pairs, at " +
  '5 %: ▲ the model of the row is better, ▽ worse, ≈ the two cannot be told apart on these images. Models of several ' +
  'seeds are judged by their first.';
export const PAIRWISE_TABLE_NOTE =
  "Test images that just one of two models has right, and the p-value of McNemar's exact test, adjusted by Holm for all " +
  'pairs. Models of several seeds are judged by their first.';
export const CALIBRATION_NOTE =
  'How often a model is right (up, with its 95 % interval) when it is so sure (across), in ten bins: on the line it is as ' +
  'right as it says, below it is too sure. Larger dots hold more images. Models without probabilities are missing.';
export const GRAD_CAM_NOTE =
  'Grad-CAM of the last convolution for the class that the network named: the image, where it looked, and both. Of each ' +
  'class the image that the network was surest of and the mistake it was surest of; three of each of the class that it ' +
  'finds hardest.';

/**
 * Tells whether the difference of two models is beyond chance.
 *
 * @param pairwiseTest of the two
 */
export function isToldApart({ adjusted }: PairwiseTest): boolean {
  return adjusted < LEVEL;
}

/**
 * Says how two models differ: `resnet right where svm is wrong: 431, the other way round: 201; p < 0.0001`.
 *
 * @param pairwiseTest of the two
 */
export function pairwiseText({ first, second, onlyFirst, onlySecond, adjusted }: PairwiseTest): string {
  return `${first} right where ${second} is wrong: ${onlyFirst}, the other way round: ${onlySecond}; ${pValue(adjusted)}`;
}

/**
 * Says which models cannot be told apart, after whether any can.
 *
 * @param images of a comparison, of two models at least
 */
export function pairwiseFinding({ together, pairwiseTests }: Pick<ImagePart, 'together' | 'pairwiseTests'>): string {
  const { q, degrees, p } = together!;
  const chance = `Cochran's Q = ${Number(q.toPrecision(3))}, ${degrees} degrees of freedom, ${pValue(p)}`;
  return p < LEVEL
    ? `Not all models are equally good (${chance}). ${pairsFinding(pairwiseTests)}`
    : `All models together may be equally good (${chance}).`;
}

function pairsFinding(pairwiseTests: readonly PairwiseTest[]): string {
  const even = pairwiseTests.filter((pairwiseTest) => !isToldApart(pairwiseTest));
  if (even.length === 0) return 'Every model can be told apart from every other.';
  const pairs = list(even.map(({ first, second }) => `${first} from ${second}`));
  return `On these test images one cannot tell ${pairs}. All other pairs differ beyond chance.`;
}
