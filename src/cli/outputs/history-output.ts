// What `npm run history -- --json` prints.
import { z } from 'zod';
import type { History, HistoryLine, HistoryPoint, MachineHistory } from '../../commits/history/history-data.ts';
import { commitHash } from '../../results/field-types.ts';
import { defineOutput, type OutputData } from './define-output.ts';
import { changeFields, changeJson, mcnemarFields } from './diff-output.ts';
import {
  difference,
  interval,
  measuredAt,
  metricFields,
  metricNames,
  modelKind,
  texts,
  wholeNumber,
} from './json-fields.ts';

const change = z.strictObject({
  ...changeFields,
  mcnemar: mcnemarFields,
  since: wholeNumber.describe('index of the measurement before, in states'),
  by: z.enum(['pair', 'series']).describe('the verdict of diff on the two commits, or that on the whole series'),
  span: z
    .strictObject({ commits: wholeNumber, middle: commitHash.nullable(), isDescendant: z.boolean() })
    .nullable()
    .describe('null where git does not know both commits'),
  differences: z.array(difference),
  isSameCode: z.boolean(),
  remarks: texts,
});

const point = z.strictObject({
  state: wholeNumber.describe('index in states'),
  value: z.number().nullable().describe('the mean over seeds of a score, the median over runs of a time or of memory'),
  standardDeviation: z.number().nullable().describe('of a score over several seeds'),
  range: interval.nullable().describe('of several runs of a time or of memory'),
  count: wholeNumber.describe('seeds or runs'),
  failures: texts,
  change: change.nullable().describe('since the last measurement with a value'),
});

const machine = z.strictObject({
  machineId: z.string(),
  processors: texts,
  states: z
    .array(
      z.strictObject({ ...measuredAt, committedAt: z.string().describe('ISO 8601'), subject: z.string().nullable() }),
    )
    .describe('in the order of commits'),
  lines: z.array(
    z.strictObject({
      name: z.string(),
      modelId: z.string(),
      kind: modelKind,
      ...metricFields,
      points: z.array(point),
    }),
  ),
  command: z.string().nullable().describe('measures, without commit and models'),
  cautions: texts,
});

/** Metrics over commits. */
export const historyOutput = defineOutput({
  name: 'history',
  version: 1,
  fields: z.strictObject({
    benchmark: z.string(),
    metrics: z.array(z.strictObject(metricFields)),
    machines: z.array(machine),
  }),
});

/**
 * Builds the output of a history.
 *
 * @param history metrics over commits
 */
export function historyJson({ benchmark, metrics, machines }: History): OutputData<typeof historyOutput> {
  return { benchmark, metrics: metrics.map(metricNames), machines: machines.map(machineJson) };
}

function machineJson({ lines, ...rest }: MachineHistory) {
  return { ...rest, lines: lines.map(lineJson) };
}

function lineJson({ metric, points, ...line }: HistoryLine) {
  return { ...line, ...metricNames(metric), points: points.map(pointJson) };
}

function pointJson({ sd, change: changed, ...rest }: HistoryPoint) {
  return { ...rest, standardDeviation: sd, change: changed && historyChangeJson(changed) };
}

function historyChangeJson(changed: NonNullable<HistoryPoint['change']>) {
  const { mcnemar, since, by, span, differences, isSameCode, remarks } = changed;
  return { ...changeJson(changed), mcnemar, since, by, span, differences, isSameCode, remarks };
}
