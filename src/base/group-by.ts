// Grouping by a key. Node 20 has no `Map.groupBy`.

/**
 * Groups values by a key. Groups and values keep the order of their first appearance.
 *
 * @param values any number of values
 * @param keyOf returns the key of a value
 */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
