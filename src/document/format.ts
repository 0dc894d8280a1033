// Formatters: numbers as people read them. Records keep numbers unrounded; only reports round.

/** The text where there is no value. */
export const NOT_AVAILABLE = 'n/a';

/**
 * Writes a fraction as a percentage without the sign: `0.9123` becomes `91.23`.
 *
 * @param fraction 0 to 1, or null where it is not defined
 * @param digits decimals
 */
export function percent(fraction: number | null, digits = 2): string {
  return fixed(fraction === null ? null : fraction * 100, digits);
}

/**
 * Writes a fraction as a percentage with the sign: `0.9123` becomes `91.23 %`.
 *
 * @param fraction 0 to 1, or null where it is not defined
 * @param digits decimals
 */
export function percentage(fraction: number | null, digits = 2): string {
  return fraction === null ? NOT_AVAILABLE : `${percent(fraction, digits)} %`;
}

/**
 * Writes a difference of two fractions in percentage points, with its sign: `+1.20`.
 *
 * @param difference -1 to 1, or null where it is not defined
 */
export function points(difference: number | null): string {
  if (difference === null) return NOT_AVAILABLE;
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(2)}`;
}

/**
 * Writes a number with a fixed count of decimals.
 *
 * @param value any number, or null where it is not defined
 */
export function fixed(value: number | null, digits: number): string {
  return value === null ? NOT_AVAILABLE : value.toFixed(digits);
}

/**
 * Writes a ratio in three significant digits: `0.0123`, `0.150`, `12.3`.
 *
 * @param value positive, or null where there is none
 */
export function ratio(value: number | null): string {
  if (value === null) return NOT_AVAILABLE;
  if (value < 0.001) return '<0.001';
  return value < 999.5 ? value.toPrecision(3) : integer(value);
}

/**
 * Writes a duration in three or four digits with the units that suit it, at most eleven characters: `85 ms`, `3.21 s`,
 * `14 min 20 s`, `1 h 05 min`, `5 days`.
 *
 * @param seconds not negative, or null where it was not measured
 */
export function duration(seconds: number | null): string {
  if (seconds === null) return NOT_AVAILABLE;
  if (seconds < 0.0005) return '<1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  return `${Math.round(seconds / 86_400)} days`;
}

/**
 * Writes a range of durations, the unit once where it is the same: `1.84 to 2.02 s`, `850 ms to 1.20 s`.
 *
 * @param low seconds, not negative
 * @param high seconds, at least `low`
 */
export function durationRange(low: number, high: number): string {
  const [from, to] = [duration(low), duration(high)];
  if (from === to) return to;
  const unit = /^[\d.]+( m?s)$/.exec(to)?.[1];
  return `${unit && new RegExp(`^[\\d.]+${unit}$`).test(from) ? from.slice(0, -unit.length) : from} to ${to}`;
}

/**
 * Writes a duration of milliseconds in three significant digits: `0.512 ms`, `12.3 ms`, `1.24 s`.
 *
 * @param milliseconds not negative
 */
export function milliseconds(milliseconds: number): string {
  if (milliseconds >= 999.5) return duration(milliseconds / 1000);
  return `${milliseconds < 0.001 ? '<0.001' : Number(milliseconds.toPrecision(3))} ms`;
}

/**
 * Writes a size in decimal units: `612 MB`, `1.24 GB`.
 *
 * @param size in bytes, or null where it was not measured
 */
export function bytes(size: number | null): string {
  if (size === null) return NOT_AVAILABLE;
  if (size < 999.5e6) return `${Math.round(size / 1e6)} MB`;
  return `${(size / 1e9).toFixed(size < 9.995e9 ? 2 : 1)} GB`;
}

/**
 * Writes a whole number with a comma between thousands.
 *
 * @param value a whole number, or null where there is none
 */
export function integer(value: number | null): string {
  return value === null ? NOT_AVAILABLE : Math.round(value).toLocaleString('en-US');
}

/**
 * Writes a count that may be a mean over seeds: whole numbers as such, others with one decimal.
 *
 * @param value not negative
 */
export function count(value: number): string {
  return Number.isInteger(value) ? integer(value) : value.toFixed(1);
}

/**
 * Writes a whole number with what it counts: `1 fit`, `3 fits`, `55,000 images`.
 *
 * @param value a whole number
 * @param noun in the singular; an `s` makes the plural
 */
export function counted(value: number, noun: string): string {
  return `${integer(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/**
 * Joins texts as in a sentence: `a`, `a and b`, `a, b and c`.
 *
 * @param texts an empty list gives the empty text
 */
export function list(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/**
 * Writes a p-value for a sentence: `p = 0.012`, `p < 0.0001`.
 *
 * @param p 0 to 1
 */
export function pValue(p: number): string {
  return p < 1e-4 ? 'p < 0.0001' : `p = ${pNumber(p)}`;
}

/**
 * Writes a p-value for a table: `0.012`, `<0.0001`.
 *
 * @param p 0 to 1
 */
export function pNumber(p: number): string {
  return p < 1e-4 ? '<0.0001' : String(Number(p.toPrecision(2)));
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
