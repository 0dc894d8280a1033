// The metrics that are compared: which way is better, what is too little to matter, and how chance is ruled out.
import type { FinishedRecord } from '../../results/schema.ts';
import type { MetricId } from './diff-data.ts';

/** How a metric is judged. */
export interface MetricDefinition {
  readonly id: MetricId;
  readonly title: string;
  readonly unit: 'share' | 'seconds' | 'bytes';
  readonly better: 'higher' | 'lower';
  /**
   * What is too little to matter: a change smaller than this is the same, whatever the test says. In the metric's unit,
   * or a factor for what is judged by ratio.
   */
  readonly floor: number;
  /**
   * `images`: on the same test images, McNemar's exact test for the accuracy and a paired bootstrap for the rest; over
   * several seeds a sign-flip test and a paired bootstrap that must agree. `runs`: at least five a side, by a Mann-Whitney
   * test, and a ratio beyond the floor.
   */
  readonly test: 'images' | 'runs';
  /** null where the record has none. */
  value(record: FinishedRecord): number | null;
}

/** All of them, in the order of every table. */
export const METRICS: readonly MetricDefinition[] = [
  {
    id: 'accuracy',
    title: 'accuracy',
    unit: 'share',
    better: 'higher',
    floor: 0.001,
    test: 'images',
    value: ({ metrics }) => metrics.accuracy,
  },
  {
    id: 'macro-f1',
    title: 'macro F1',
    unit: 'share',
    better: 'higher',
    floor: 0.001,
    test: 'images',
    value: ({ metrics }) => metrics.macroF1,
  },
  {
    id: 'calibration-error',
    title: 'calibration error',
    unit: 'share',
    better: 'lower',
    floor: 0.002,
    test: 'images',
    value: ({ metrics }) => metrics.calibrationError,
  },
  {
    id: 'fit-time',
    title: 'fit',
    unit: 'seconds',
    better: 'lower',
    floor: 1.1,
    test: 'runs',
    value: ({ timing }) => timing.trainSeconds,
  },
  {
    id: 'predict-time',
    title: 'predict',
    unit: 'seconds',
    better: 'lower',
    floor: 1.1,
    test: 'runs',
    value: ({ timing }) => timing.predictSeconds,
  },
  {
    id: 'memory',
    title: 'memory',
    unit: 'bytes',
    better: 'lower',
    floor: 1.1,
    test: 'runs',
    value: ({ resources }) => resources.peakRssBytes,
  },
];
