// Is this value a record, and does it agree with itself? Asked before every write and after every read.
import { z } from 'zod';
import { decodeLabels } from './encode.ts';
import { migrateRecord } from './migrate.ts';
import { type FinishedRecord, type FitRecord, isFinished, recordSchema, SCHEMA_VERSION } from './schema.ts';

/** How many faults one message names. */
const SHOWN_FAULTS = 3;

/**
 * Checks a parsed JSON value, of this version of the record's schema or an older one, against the schema, and its parts against each other: a byte for each test image,
 * a row and a column of the confusion matrix for each class.
 *
 * @param value anything
 * @returns the value, typed and of the latest version
 * @throws Error when it is no record of a version known here; the message is one line and names the fields
 */
export function checkRecord(value: unknown): FitRecord {
  const version = z.looseObject({ schemaVersion: z.number() }).safeParse(value).data?.schemaVersion;
  if (version !== undefined && version > SCHEMA_VERSION) {
    throw new Error(
      `schema version ${version} is newer than ${SCHEMA_VERSION}, the latest known here; update Fitting Room`,
    );
  }
  const parsed = recordSchema.safeParse(migrateRecord(value));
  const faults = parsed.success
    ? disagreements(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`);
  if (!parsed.success || faults.length > 0) {
    const more = faults.length > SHOWN_FAULTS ? `; and ${faults.length - SHOWN_FAULTS} more` : '';
    throw new Error(`${faults.slice(0, SHOWN_FAULTS).join('; ')}${more}`);
  }
  return parsed.data;
}

function disagreements(record: FitRecord): string[] {
  if (!isFinished(record)) return [];
  const { metrics, dataset } = record;
  const classCount = dataset.classNames.length;
  const faults: string[] = [];
  const expectLength = (what: string, length: number, expected: number) => {
    if (length !== expected) faults.push(`${what}: length ${length}; expected ${expected}`);
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
  return faults;
}
