// Checks that a value is a valid record. Runs before every write and after every read.
import { z } from 'zod';
import { decodeLabels } from './encode.ts';
import { migrateRecord } from './migrate.ts';
import { type FinishedRecord, type FitRecord, isFinished, recordSchema, SCHEMA_VERSION } from './schema.ts';

/** The most errors that one message names. */
const SHOWN_ERRORS = 3;

/**
 * Checks a parsed JSON value against the schema, after migrating it from an older version, and its parts against each
 * other: one byte of predictions for each test image, one row and column of the confusion matrix for each class.
 *
 * @param value anything
 * @returns the value as a record of the latest version
 * @throws Error when it is not a valid record or its version is newer than the latest known; the message is one line and
 *   names the fields
 */
export function checkRecord(value: unknown): FitRecord {
  const version = z.looseObject({ schemaVersion: z.number() }).safeParse(value).data?.schemaVersion;
  if (version !== undefined && version > SCHEMA_VERSION) {
    throw new Error(
      `schema version ${version} is newer than ${SCHEMA_VERSION}, the latest known here; update Fitting Room`,
    );
  }
  const parsed = recordSchema.safeParse(migrateRecord(value));
  const errors = parsed.success
    ? findMismatches(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`);
  if (!parsed.success || errors.length > 0) {
    const more = errors.length > SHOWN_ERRORS ? `; and ${errors.length - SHOWN_ERRORS} more` : '';
    throw new Error(`${errors.slice(0, SHOWN_ERRORS).join('; ')}${more}`);
  }
  return parsed.data;
}

function findMismatches(record: FitRecord): string[] {
  if (!isFinished(record)) return [];
  const { metrics, dataset } = record;
  const classCount = dataset.classNames.length;
  const errors: string[] = [];
  const expectLength = (what: string, length: number, expected: number) => {
    if (length !== expected) errors.push(`${what}: length ${length}; expected ${expected}`);
  };
  expectLength('metrics.perClass', metrics.perClass.length, classCount);
  expectLength('metrics.confusion', metrics.confusion.length, classCount);
  for (const [label, row] of metrics.confusion.entries()) {
    expectLength(`metrics.confusion.${label}`, row.length, classCount);
  }
  for (const field of ['predictions', 'confidence'] as const satisfies (keyof FinishedRecord)[]) {
    const text = record[field];
    if (text !== null) expectLength(field, decodeLabels(text).length, dataset.test);
  }
  return errors;
}
