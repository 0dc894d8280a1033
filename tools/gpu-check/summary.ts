// The summary of tools/gpu-check.sh: seconds per epoch of our networks and of PyTorch's on each device.

import { formatAdapter } from '../../src/document/engine-text.ts';
import { escapeMarkdown } from '../../src/document/escape.ts';
import { duration, list, NOT_AVAILABLE, percent, ratio } from '../../src/document/format.ts';
import { tableToMarkdown } from '../../src/document/markdown-table.ts';
import { referencePairs } from '../../src/report/model/reference-pairs.ts';
import { epochSeconds } from '../../src/results/epoch-seconds.ts';
import { type FitRecord, isFinished } from '../../src/results/schema.ts';

/** The results of one device. */
export interface DeviceResults {
  readonly device: string;
  /** The records of `npm run bench`. */
  readonly comparison: readonly FitRecord[];
  /** Wall-clock time of the whole comparison; null when it was not run. */
  readonly comparisonSeconds: number | null;
  /** The records of `npm run references`. */
  readonly references: readonly FitRecord[];
}

/** A row of the table. */
export interface SummaryRow {
  readonly modelId: string;
  readonly device: string;
  readonly epochSeconds: number | null;
  readonly accuracy: number | null;
  /** Library, version and device; null when the network has no reference. */
  readonly reference: string | null;
  readonly referenceEpochSeconds: number | null;
  readonly referenceAccuracy: number | null;
}

const HEADLINE =
  "Seconds per epoch, their ratio (ours over the reference's; below 1, ours is faster), and accuracy after equal epochs.";

/**
 * Lists the networks that have references, then those that have none, device by device.
 *
 * @param devices in the order of the table
 */
export function summaryRows(devices: readonly DeviceResults[]): SummaryRow[] {
  return devices.flatMap(({ device, comparison, references }) => {
    const paired = referencePairs(references).map(({ ours, theirs }): SummaryRow => {
      const record = references.find(({ model }) => model.id === theirs.modelId);
      return {
        modelId: ours.modelId,
        device,
        epochSeconds: ours.epochSeconds?.median ?? null,
        accuracy: ours.accuracy,
        reference: record ? `${theirs.engine}, ${record.software.engine.device}` : theirs.engine,
        referenceEpochSeconds: theirs.epochSeconds?.median ?? null,
        referenceAccuracy: theirs.accuracy,
      };
    });
    const alone = comparison
      .filter(({ model }) => model.kind === 'deep' && !paired.some(({ modelId }) => modelId === model.id))
      .map((record): SummaryRow => {
        const finished = isFinished(record) ? record : null;
        return {
          modelId: record.model.id,
          device,
          epochSeconds: finished && epochSeconds(finished.timing.curve),
          accuracy: finished?.metrics.accuracy ?? null,
          reference: null,
          referenceEpochSeconds: null,
          referenceAccuracy: null,
        };
      });
    return [...paired, ...alone];
  });
}

/**
 * Writes the summary in Markdown that is also readable as plain text.
 *
 * @param devices in the order of the table
 */
export function writeSummary(devices: readonly DeviceResults[]): string {
  const rows = summaryRows(devices);
  const columns = [
    { head: 'model', align: 'left' },
    { head: 'device', align: 'left' },
    { head: 'ours, s', align: 'right' },
    { head: 'reference', align: 'left' },
    { head: 'its, s', align: 'right' },
    { head: 'ratio', align: 'right' },
    { head: 'ours, %', align: 'right' },
    { head: 'its, %', align: 'right' },
  ] as const;
  const cells = rows.map((row) => [
    row.modelId,
    row.device,
    seconds(row.epochSeconds),
    row.reference ?? 'none',
    seconds(row.referenceEpochSeconds),
    ratio(row.epochSeconds && row.referenceEpochSeconds && row.epochSeconds / row.referenceEpochSeconds),
    percent(row.accuracy),
    percent(row.referenceAccuracy),
  ]);
  const lines = ['# GPU check', ''];
  if (rows.length > 0) lines.push(HEADLINE, '', tableToMarkdown({ columns, rows: cells }), '');
  else lines.push('No network was fitted.', '');
  for (const results of devices) lines.push(...describeDevice(results));
  return `${lines.join('\n').trimEnd()}\n`;
}

function describeDevice({ device, comparison, comparisonSeconds, references }: DeviceResults): string[] {
  const all = [...comparison, ...references];
  const adapter = all.map(({ software }) => software.engine.adapter).find((found) => found !== undefined);
  const failures = all.filter((record) => !isFinished(record));
  const models = list(comparison.map(({ model }) => model.id));
  return [
    ...(adapter ? [`- ${device}: ${escapeMarkdown(formatAdapter(adapter))}`] : []),
    ...(comparisonSeconds === null
      ? [`- ${device}: the whole comparison was not run`]
      : [
          `- ${device}: the whole comparison took ${duration(comparisonSeconds)} (${escapeMarkdown(models) || 'no record'})`,
        ]),
    ...failures.map(
      ({ model, status, error }) =>
        `- ${device}: ${escapeMarkdown(`${model.id} ${status}: ${error?.message ?? NOT_AVAILABLE}`)}`,
    ),
  ];
}

function seconds(value: number | null): string {
  return value === null ? NOT_AVAILABLE : value.toPrecision(3);
}
