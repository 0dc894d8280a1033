// The description of a metric. Scores, records, reports, charts, diff and history all read it.
import type { FinishedRecord } from '../results/schema.ts';
import type { Prediction } from '../types.ts';

/** What the numbers of a metric are. A fraction is shown in percent; `number` is a plain number without a unit. */
export type MetricUnit = 'fraction' | 'number' | 'nats' | 'seconds' | 'bytes';

/** Where a metric appears by default. diff and history take every metric that is named on the command line. */
export type MetricPlace = 'leaderboard' | 'diff' | 'fail-on' | 'history';

interface MetricBase {
  /** The name on the command line and in JSON, in lower case with dashes: `balanced-accuracy`. */
  readonly id: string;
  /** The name in tables, in lower case: `balanced accuracy`. */
  readonly title: string;
  readonly unit: MetricUnit;
  readonly better: 'higher' | 'lower';
  /**
   * The smallest change that matters: a smaller one is the verdict `same`. A difference in the metric's unit for
   * metrics tested on images (0.001 is 0.1 percentage points), a ratio above 1 for metrics tested on runs.
   */
  readonly minimumEffect: number;
  readonly showIn: readonly MetricPlace[];
}

interface ImageMetricBase extends MetricBase {
  /** A verdict compares the fits of all seeds on the same test images; see `compareFits`. */
  readonly test: 'images';
  /** The field in a record's `metrics`, and the name in what programs read: `balancedAccuracy`. */
  readonly key: string;
}

/** A metric that the confusion matrix determines. It is also known for records that were written without it. */
export interface ConfusionMetric extends ImageMetricBase {
  readonly from: 'confusion';
  /**
   * Computes the metric.
   *
   * @param confusion classes x classes counts; rows are the truth, columns the prediction
   * @returns null where the metric is not defined
   */
  compute(confusion: readonly (readonly number[])[]): number | null;
}

/** A metric that needs more than the confusion matrix, such as the probabilities. */
export interface PredictionMetric extends ImageMetricBase {
  readonly from: 'prediction';
  /**
   * Computes the metric.
   *
   * @param truth n class indices
   * @param prediction labels of n images, with or without n x classCount probabilities, row-major
   * @param classCount number of classes
   * @returns null where the metric is not defined, such as without probabilities
   */
  compute(truth: Uint8Array, prediction: Prediction, classCount: number): number | null;
  /**
   * Computes the influence of each image on the metric from what a record keeps of a prediction: n times the change of the
   * metric per unit of weight of the image, with mean 0. Absent where that is not enough: then comparisons are inconclusive.
   *
   * @param truth n class indices
   * @param prediction of the n images
   * @returns n numbers; null where the metric is not defined
   */
  readonly influence?: (truth: Uint8Array, prediction: StoredPrediction) => Float64Array | null;
}

/** A metric that the harness measures, such as a time. */
export interface MeasuredMetric extends MetricBase {
  /**
   * A verdict compares at least five runs before and after by Welch's t test of their logarithms, and requires a ratio of at
   * least `minimumEffect` and a difference of at least `leastDifference`.
   */
  readonly test: 'runs';
  /** The name in what programs read, with its unit: `fitSeconds`. */
  readonly key: string;
  /**
   * Gives the smallest difference that matters, in the metric's unit; absent: the ratio alone decides.
   *
   * @param records finished fits of one model, at least one
   */
  leastDifference?(records: readonly FinishedRecord[]): number;
  /** Reads the metric; null where it was not measured. */
  of(record: FinishedRecord): number | null;
}

/** A metric of the predictions of the test images. */
export type ImageMetric = ConfusionMetric | PredictionMetric;

/** A number that describes how good or how expensive a fit is. */
export type Metric = ImageMetric | MeasuredMetric;

/** What a record keeps of the prediction of n test images. */
export interface StoredPrediction {
  /** n class indices. */
  readonly labels: Uint8Array;
  /** Probability of the predicted class of each image, 0 to 1; null without probabilities. */
  readonly confidence: Float64Array | null;
}
