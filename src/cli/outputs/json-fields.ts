// The types of fields that several outputs have.
import { z } from 'zod';
import { findMetric } from '../../metrics/find-metric.ts';
import type { MetricUnit } from '../../metrics/metric.ts';
import { commitHash } from '../../results/field-types.ts';

/** A whole number from 0. */
export const wholeNumber = z.int().nonnegative();
/** A list of texts. */
export const texts = z.array(z.string());
/** Positions, labels or seeds. */
export const wholeNumbers = z.array(wholeNumber);
/** The lowest and the highest value. */
export const interval = z.tuple([z.number(), z.number()]);
export const shape = z.strictObject({ height: wholeNumber, width: wholeNumber, channels: wholeNumber });
export const device = z.enum(['cpu', 'gpu', 'webgpu']);
export const modelKind = z.enum(['traditional', 'deep', 'baseline']);
export const params = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
export const fitStatus = z.enum(['ok', 'failed', 'timed-out', 'aborted']);

/** Files that are left out, and why. */
export const fileProblems = z.array(z.strictObject({ file: z.string(), message: z.string() }));

/** A difference of two fits that is not a metric. Hashes are whole. */
export const difference = z.strictObject({ name: z.string(), before: z.string(), after: z.string() });

/** Where records were measured. */
export const measuredAt = {
  commit: commitHash.nullable().describe('the full hash; null where it is not known, such as outside a git checkout'),
  dirty: z.boolean().nullable().describe('whether there were uncommitted changes; null where it is not known'),
};

const units = ['fraction', 'number', 'nats', 'seconds', 'bytes'] as const satisfies readonly MetricUnit[];

/** The fields that name a metric. */
export const metricFields = {
  metric: z.string().describe('its id on the command line: fit-time'),
  field: z.string().describe('its name in tables of records, with the unit: fitSeconds'),
  unit: z.enum(units).describe('the unit of its values; a fraction is from 0 to 1'),
};

/**
 * Names a metric for programs.
 *
 * @param id of the metric
 */
export function metricNames(id: string) {
  const { key, unit } = findMetric(id);
  return { metric: id, field: key, unit };
}

/**
 * Describes a value before and after.
 *
 * @param item the type of both
 */
export function beforeAndAfter<T extends z.ZodType>(item: T) {
  return z.strictObject({ before: item, after: item });
}
