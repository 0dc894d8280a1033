// The types of single fields of a record, with the ranges that a value can have.
import { z } from 'zod';

const CENTURY_SECONDS = 100 * 365.25 * 24 * 60 * 60;
/** A pebibyte, more than the memory of any one machine. */
const MOST_BYTES = 2 ** 50;
const MOST_JOULES = 1e15;
/** No clock shows an earlier time, not even one that was never set. */
const FIRST_YEAR = 1970;
/** A later date is a mistake: it would make a record the newest of its fit for decades. */
const LAST_YEAR = 2099;
/** Class indices are bytes. */
const MOST_CLASSES = 256;
/** Longer than any list that a fit makes, and short enough to be the arguments of one call. */
const MOST_ITEMS = 65_536;

/** A whole number from 0. */
export const count = z.number().int().nonnegative();
/** A whole number from 1. */
export const positiveCount = z.number().int().positive();
export const fraction = z.number().min(0).max(1);
/** A duration: at most a century. */
export const seconds = z.number().nonnegative().max(CENTURY_SECONDS);
/** A duration: at most a century. */
export const milliseconds = z
  .number()
  .nonnegative()
  .max(CENTURY_SECONDS * 1000);
export const memoryBytes = count.max(MOST_BYTES);
export const joules = z.number().nonnegative().max(MOST_JOULES);
/** Seeds are unsigned 32-bit integers. */
export const seed = count.max(2 ** 32 - 1);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
/** A full hash of git, SHA-1 or SHA-256. */
export const commitHash = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'expected a full commit hash');
/** A name or a version. Tables that wrap much longer texts take minutes. */
export const text = z.string().max(500);
export const paramValue = z.union([z.number(), text, z.boolean()]);
/** Notes quote messages of any length. */
export const noteValue = z.union([z.number(), z.string(), z.boolean()]);

/** A name that becomes a part of a path, or that a user types. */
export const identifier = z
  .string()
  .regex(
    /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'expected up to 100 letters, digits, dots, dashes and underscores, the first a letter or digit, and no ".."',
  );

/** The name of a data set or of its folder. */
export const folderName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => name !== '.' && name !== '..' && !/[/\\]/.test(name), 'expected the name of a folder, not a path');

/** UTC, ISO 8601. */
export const utcTime = z.iso.datetime().refine(isInRange, `expected a year from ${FIRST_YEAR} to ${LAST_YEAR}`);
/** ISO 8601 with any time zone, as git writes it. */
export const zonedTime = z.iso
  .datetime({ offset: true })
  .refine(isInRange, `expected a year from ${FIRST_YEAR} to ${LAST_YEAR}`);

export const classNames = z.array(text.min(1)).min(2).max(MOST_CLASSES);

/** A list of objects. */
export function listOf<T extends z.ZodType>(item: T): z.ZodArray<T> {
  return z.array(item).max(MOST_ITEMS);
}

function isInRange(time: string): boolean {
  const year = new Date(time).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}
