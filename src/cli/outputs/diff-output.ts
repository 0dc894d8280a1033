// What `npm run diff -- --json` prints.
import { z } from 'zod';
import type { Compared, Diff, MetricChange, ModelDiff, UnpairedModel } from '../../commits/compare/diff-data.ts';
import type { Outcome } from '../../commits/compare/outcome.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import { sha256 } from '../../results/field-types.ts';
import { defineOutput, type OutputData } from './define-output.ts';
import {
  beforeAndAfter,
  difference,
  interval,
  measuredAt,
  metricFields,
  metricNames,
  texts,
  wholeNumber,
  wholeNumbers,
} from './json-fields.ts';

/** McNemar's test of two fits on the same test images. */
export const mcnemarFields = z
  .strictObject({
    seeds: beforeAndAfter(wholeNumber).describe('the two fits that are compared image by image'),
    images: wholeNumber,
    fixed: wholeNumber.describe('images that only the fit after classifies correctly'),
    broke: wholeNumber.describe('images that only the fit before classifies correctly'),
    p: z.number().describe("McNemar's exact test, not adjusted"),
  })
  .nullable()
  .describe('null without the test images');

/** The change of a metric. */
export const changeFields = {
  verdict: z.enum(['better', 'worse', 'same', 'inconclusive', 'unmeasured', 'incomparable']),
  before: z.number().nullable().describe('the mean over seeds of a score, the median over runs of a time or of memory'),
  after: z.number().nullable(),
  interval: interval.nullable().describe('95 % interval of after minus before'),
  ratio: z.number().nullable().describe('after divided by before, of times and memory'),
  ratioInterval: interval.nullable().describe('95 % interval of the ratio of geometric means, of times and memory'),
  p: z.number().nullable().describe('adjusted for all models and metrics (Holm); null without a test'),
  runs: beforeAndAfter(wholeNumber).describe('fits that have the metric: one of each seed for scores, all for times'),
  isTested: z.boolean(),
  evidence: z.string().describe('for people'),
};

const unpaired = z.strictObject({
  name: z.string(),
  modelId: z.string(),
  values: z.array(z.strictObject({ ...metricFields, value: z.number().nullable() })),
  failures: texts,
});

const modelDiff = z.strictObject({
  name: z.string().describe('the id, with the parameters that differ where a model has several sets of parameters'),
  modelId: z.string(),
  seeds: beforeAndAfter(wholeNumbers),
  failures: beforeAndAfter(texts),
  unfinishedSeeds: beforeAndAfter(wholeNumbers),
  metrics: z.array(z.strictObject({ ...metricFields, ...changeFields })),
  mcnemar: mcnemarFields,
  splitHash: sha256.nullable().describe('the split of the test images that the fields below are about'),
  classes: z
    .array(
      z.strictObject({
        name: z.string(),
        recall: beforeAndAfter(z.number()).describe("shares of the class's images, 0 to 1"),
        fixed: wholeNumber,
        broke: wholeNumber,
        p: z.number().describe("McNemar's exact test, adjusted for all classes (Holm)"),
      }),
    )
    .describe('of the fits that mcnemar compares, as the fields below'),
  confusion: z.array(z.array(z.int())).describe('after minus before; rows are the truth, columns the prediction'),
  cells: z
    .array(
      z.strictObject({
        truth: z.string(),
        predicted: z.string(),
        images: beforeAndAfter(wholeNumber),
        p: z.number().describe("McNemar's exact test, adjusted for all cells (Holm)"),
      }),
    )
    .describe('cells of the confusion matrix that changed beyond chance'),
  flips: z
    .array(z.strictObject({ position: wholeNumber, truth: wholeNumber, predicted: beforeAndAfter(wholeNumber) }))
    .describe('images that only one of the fits classifies correctly: position in the predictions, and labels'),
  differences: z.array(difference),
});

const compared = z.strictObject({
  name: z.string(),
  ...measuredAt,
  records: wholeNumber,
});

/** Two commits, compared. */
export const diffOutput = defineOutput({
  name: 'diff',
  version: 1,
  fields: z.strictObject({
    outcome: z.strictObject({
      exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
      reasons: texts,
      failOn: texts.describe('ids of metrics'),
    }),
    before: compared,
    after: compared,
    benchmark: z.string().nullable().describe('null if no records were compared'),
    machines: texts,
    processors: texts,
    classNames: texts,
    metrics: z.array(z.strictObject({ ...metricFields, better: z.enum(['higher', 'lower']) })),
    models: z.array(modelDiff),
    onlyBefore: z.array(unpaired),
    onlyAfter: z.array(unpaired),
    cautions: texts,
  }),
});

/**
 * Builds the output of a comparison.
 *
 * @param diff what changed
 * @param outcome what follows from it
 */
export function diffJson(diff: Diff, { code, ...outcome }: Outcome): OutputData<typeof diffOutput> {
  return {
    outcome: { exitCode: code, ...outcome },
    before: comparedJson(diff.before),
    after: comparedJson(diff.after),
    benchmark: diff.benchmark || null,
    machines: diff.machines,
    processors: diff.processors,
    classNames: diff.classNames,
    metrics: diff.metrics.map((id) => ({ ...metricNames(id), better: findMetric(id).better })),
    models: diff.models.map(modelJson),
    onlyBefore: diff.onlyBefore.map(unpairedJson),
    onlyAfter: diff.onlyAfter.map(unpairedJson),
    cautions: diff.cautions,
  };
}

/**
 * Builds the numbers of a change.
 *
 * @param change of one metric
 */
export function changeJson({
  metric,
  verdict,
  before,
  after,
  interval: ofChange,
  ratioInterval,
  p,
  runs,
  isTested,
  evidence,
}: MetricChange) {
  const hasRatio = findMetric(metric).test === 'runs' && before !== null && after !== null && before > 0;
  const ratio = hasRatio ? after / before : null;
  return { verdict, before, after, interval: ofChange, ratio, ratioInterval, p, runs, isTested, evidence };
}

function comparedJson({ name, commit, dirty, records }: Compared) {
  return { name, commit, dirty, records };
}

function modelJson({ metrics, classes, cells, flips, ...model }: ModelDiff) {
  return {
    ...model,
    metrics: metrics.map((change) => ({ ...metricNames(change.metric), ...changeJson(change) })),
    classes: classes.map(({ before, after, ...rest }) => ({ ...rest, recall: { before, after } })),
    cells: cells.map(({ before, after, ...rest }) => ({ ...rest, images: { before, after } })),
    flips: flips.map(({ image, truth, before, after }) => ({ position: image, truth, predicted: { before, after } })),
  };
}

function unpairedJson({ values, ...model }: UnpairedModel) {
  return { ...model, values: values.map(({ metric, value }) => ({ ...metricNames(metric), value })) };
}
