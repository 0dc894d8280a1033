// Paths into JSON values: picking, reading and replacing parts of a record.

/** The keys and positions that lead to a part: `['metrics', 'perClass', 0, 'recall']`. */
export type JsonPath = readonly (string | number)[];

/**
 * Picks a part of a value: goes from container to container, and stops at a container in one of four cases.
 *
 * @param value an object or a list that is not empty
 * @param random decides
 * @returns at least one key
 */
export function randomPath(value: object, random: () => number): JsonPath {
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const [key, part] = entries[Math.floor(random() * entries.length)]!;
  const isContainer = typeof part === 'object' && part !== null && Object.keys(part).length > 0;
  return isContainer && random() < 0.75 ? [key, ...randomPath(part, random)] : [key];
}

/**
 * Reads a path that is written with dots: `metrics.perClass.0.recall`.
 *
 * @param text keys and positions
 */
export function parsePath(text: string): JsonPath {
  return text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/**
 * Reads a part of a value.
 *
 * @returns undefined when there is no such part
 */
export function getAt(value: unknown, path: JsonPath): unknown {
  return path.reduce((part: unknown, key) => (part as Record<string | number, unknown> | undefined)?.[key], value);
}

/**
 * Replaces a part of a copy of a value.
 *
 * @param value any JSON value
 * @param path of an object's key or an array's position; it need not exist yet
 * @param part the new part; undefined removes it
 */
export function setAt<T>(value: T, path: JsonPath, part: unknown): T {
  const copy = structuredClone(value);
  const holder = getAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1)!;
  if (part !== undefined) holder[key] = part;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return copy;
}
