// Checks that a value is a valid record. Runs before every write and after every read.
import { z } from 'zod';
import { findContradictions } from './contradictions.ts';
import { migrateRecord } from './migrate.ts';
import { type FitRecord, headSchema, recordSchema, SCHEMA_VERSION } from './schema.ts';

/** The most errors that one message names. */
const SHOWN_ERRORS = 3;
/** The most characters of a value that a message shows. */
const SHOWN_CHARACTERS = 60;

const versioned = z.looseObject({ schemaVersion: z.number() });

/**
 * Checks a parsed JSON value against the schema, after migrating it from an older version, and its parts against each
 * other: what follows from its predictions, its confusion matrix and its other fields must be what it says.
 *
 * @param value anything
 * @returns the value as a record of the latest version
 * @throws Error when it is not a valid record or its version is newer than the latest known; the message is one line and
 *   names the fields
 */
export function checkRecord(value: unknown): FitRecord {
  const version = versioned.safeParse(value).data?.schemaVersion;
  if (version !== undefined && version > SCHEMA_VERSION) {
    throw new Error(
      `schema version ${version} is newer than ${SCHEMA_VERSION}, the latest known here; update Fitting Room`,
    );
  }
  const parsed = recordSchema.safeParse(migrateRecord(value), { reportInput: true });
  const errors = parsed.success ? findContradictions(parsed.data) : parsed.error.issues.map(describeIssue);
  if (!parsed.success || errors.length > 0) {
    const more = errors.length > SHOWN_ERRORS ? `; and ${errors.length - SHOWN_ERRORS} more` : '';
    throw new Error(`${errors.slice(0, SHOWN_ERRORS).join('; ')}${more}`);
  }
  return parsed.data;
}

/**
 * Checks the fields of a parsed JSON value by which records are chosen, after migrating it from an older version. The others
 * may hold anything.
 *
 * @param value anything
 * @returns the value, migrated
 * @throws as `checkRecord`
 */
export function checkHead(value: unknown): FitRecord {
  const migrated = migrateRecord(value);
  return headSchema.safeParse(migrated).success ? (migrated as FitRecord) : checkRecord(value);
}

/** Names the field, what is wrong, and the value where it is a number or a short text. */
function describeIssue({ path, message, input }: z.core.$ZodIssue): string {
  const isShown = typeof input === 'number' || (typeof input === 'string' && input.length <= SHOWN_CHARACTERS);
  const shown = isShown ? `; found ${typeof input === 'string' ? JSON.stringify(input) : input}` : '';
  return `${path.join('.') || 'record'}: ${message}${shown}`;
}
