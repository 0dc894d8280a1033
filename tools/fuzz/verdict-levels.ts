// Simulates comparisons of equal models, and of models that differ, and counts the verdicts. Prints the whole table:
//
//     node --import ./bin/typescript.mjs tools/fuzz/verdict-levels.ts [simulations] [images]
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createRandom, type Random } from '../../src/base/random.ts';
import { findMetric } from '../../src/metrics/find-metric.ts';
import { influenceOf } from '../../src/metrics/influence.ts';
import type { ImageMetric } from '../../src/metrics/metric.ts';
import { compareFits, type ScoredFit } from '../../src/stats/compare-fits.ts';
import { holm } from '../../src/stats/holm.ts';
import { compareByMcNemar } from '../../src/stats/mcnemar.ts';
import { SIGNIFICANCE_LEVEL } from '../../src/stats/significance-level.ts';

const CLASSES = 10;
/** The metrics that diff compares by default. */
export const SIMULATED_METRICS = ['accuracy', 'macro-f1', 'calibration-error'] as const;
const metrics = SIMULATED_METRICS.map((id) => findMetric(id) as ImageMetric);

/** One kind of comparison. */
export interface Situation {
  readonly images: number;
  /** Fits of each model. */
  readonly seeds: number;
  /** Share of the answers of a model that repeat from seed to seed. */
  readonly share: number;
  /** Standard deviation of the expected accuracy of a fit over seeds; 0 by default. */
  readonly seedSpread?: number;
  /** Expected accuracy of the second model minus that of the first; 0 by default. */
  readonly effect?: number;
}

interface Answers {
  readonly labels: Uint8Array;
  readonly confidence: Float64Array;
}

/** Expected accuracy of the first model. */
const ACCURACY = 0.9;

/**
 * Simulates comparisons of two models and counts the significant differences.
 *
 * @param situation what is compared
 * @param simulations number of comparisons
 * @param seed of the random numbers
 * @returns the share of comparisons with p below the significance level, for each of `SIMULATED_METRICS`
 */
export function shareOfDifferences(situation: Situation, simulations: number, seed = 1): number[] {
  const random = createRandom(seed);
  const found = metrics.map(() => 0);
  for (let i = 0; i < simulations; i++) {
    for (const [at, p] of comparison(situation, random).entries()) if (p < SIGNIFICANCE_LEVEL) found[at]!++;
  }
  return found.map((count) => count / simulations);
}

/**
 * Simulates families of comparisons of equal models, adjusted by Holm for all models and metrics.
 *
 * @param situation what is compared in each family
 * @param models number of models of a family
 * @param simulations number of families
 * @param seed of the random numbers
 * @returns the share of families with any significant difference
 */
export function shareOfFamilies(situation: Situation, models: number, simulations: number, seed = 1): number {
  const random = createRandom(seed);
  let found = 0;
  for (let i = 0; i < simulations; i++) {
    const family = Array.from({ length: models }, () => comparison(situation, random)).flat();
    if (holm(family).some((p) => p < SIGNIFICANCE_LEVEL)) found++;
  }
  return found / simulations;
}

/**
 * Simulates McNemar's exact test of one fit of each model.
 *
 * @param situation what is compared; one seed is used
 * @param simulations number of comparisons
 * @param seed of the random numbers
 * @returns the share of significant differences in accuracy
 */
export function shareByMcNemar(situation: Situation, simulations: number, seed = 1): number {
  const random = createRandom(seed);
  let found = 0;
  for (let i = 0; i < simulations; i++) {
    const truth = randomLabels(situation.images, random);
    const [[before], [after]] = bothModels({ ...situation, seeds: 1 }, truth, random) as [[Answers], [Answers]];
    if (compareByMcNemar(truth, before.labels, after.labels).p < SIGNIFICANCE_LEVEL) found++;
  }
  return found / simulations;
}

/** The p-values of one comparison, by metric. */
function comparison(situation: Situation, random: Random): number[] {
  const truth = randomLabels(situation.images, random);
  const [before, after] = bothModels(situation, truth, random);
  const { seedSpread = 0 } = situation;
  // What other fits of the model would show, where there is one seed; infinitely many of them.
  const known = { variance: seedSpread ** 2, degrees: Number.POSITIVE_INFINITY };
  return metrics.map(
    (metric) =>
      compareFits(
        before.map((answers) => scored(metric, truth, answers)),
        after.map((answers) => scored(metric, truth, answers)),
        known,
      ).p,
  );
}

function scored(metric: ImageMetric, truth: Uint8Array, { labels, confidence }: Answers): ScoredFit {
  const probabilities = new Float32Array(truth.length * CLASSES);
  for (const [i, label] of labels.entries()) probabilities[i * CLASSES + label] = confidence[i]!;
  const value =
    metric.from === 'confusion'
      ? metric.compute(confusionOf(truth, labels))
      : metric.compute(truth, { labels, probabilities }, CLASSES);
  return { value: value!, influence: influenceOf(metric, truth, { labels, confidence }, CLASSES)! };
}

function confusionOf(truth: Uint8Array, labels: Uint8Array): number[][] {
  const confusion = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  for (const [i, label] of labels.entries()) confusion[truth[i]!]![label]!++;
  return confusion;
}

function bothModels(situation: Situation, truth: Uint8Array, random: Random): [Answers[], Answers[]] {
  return [
    fitsOf(situation, ACCURACY, truth, random),
    fitsOf(situation, ACCURACY + (situation.effect ?? 0), truth, random),
  ];
}

/** The answers of all seeds of one model. Those that repeat are drawn once. */
function fitsOf(
  { seeds, share, seedSpread = 0 }: Situation,
  accuracy: number,
  truth: Uint8Array,
  random: Random,
): Answers[] {
  const common = draw(truth, accuracy, random);
  return Array.from({ length: seeds }, () => {
    const own = draw(truth, accuracy + seedSpread * normal(random), random);
    for (let i = 0; i < truth.length; i++) {
      if (random() >= share) continue;
      own.labels[i] = common.labels[i]!;
      own.confidence[i] = common.confidence[i]!;
    }
    return own;
  });
}

/** Draws an answer for each image: wrong answers are less confident, and the model is slightly overconfident. */
function draw(truth: Uint8Array, accuracy: number, random: Random): Answers {
  const labels = new Uint8Array(truth.length);
  const confidence = new Float64Array(truth.length);
  for (let i = 0; i < truth.length; i++) {
    const isRight = random() < accuracy;
    const other = (truth[i]! + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES;
    labels[i] = isRight ? truth[i]! : other;
    confidence[i] = isRight ? 1 - 0.4 * random() ** 3 : 1 - 0.6 * random();
  }
  return { labels, confidence };
}

function randomLabels(count: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * CLASSES));
}

/** A standard normal number (Box and Muller, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function printAll(simulations: number, images: number): void {
  const line = (...cells: readonly unknown[]): void => console.log(cells.join('\t'));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  line('seeds', 'share', 'seed spread', ...SIMULATED_METRICS);
  for (const seeds of [1, 2, 3, 5, 6, 10]) {
    for (const share of [0, 0.5, 0.9, 1]) {
      for (const seedSpread of [0, 0.005]) {
        const shares = shareOfDifferences({ images, seeds, share, seedSpread }, simulations);
        line(seeds, share, seedSpread, ...shares.map(percent));
      }
    }
  }
  line('families of ten models, three seeds:');
  for (const share of [0, 0.5, 0.9, 1]) {
    line(3, share, percent(shareOfFamilies({ images, seeds: 3, share }, 10, Math.ceil(simulations / 4))));
  }
  line('power for one point: three seeds, and McNemar with one seed');
  for (const share of [0, 0.5, 0.9, 1]) {
    const situation = { images, seeds: 3, share, effect: 0.01 };
    const [ours] = shareOfDifferences(situation, simulations);
    line(share, percent(ours!), percent(shareByMcNemar(situation, simulations)));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [simulations = '2000', images = '10000'] = process.argv.slice(2);
  printAll(Number(simulations), Number(images));
}
