// Selects the records that are compared.
import { unknownName } from '../../base/errors.ts';
import type { FitRecord } from '../../results/schema.ts';
import { latestRecords, ofPresentCode } from '../../results/select.ts';

/** Which records stand for before or after. */
export type Selection =
  /** Those of one commit, of a checkout with uncommitted changes or without. */
  | { readonly kind: 'commit'; readonly commit: string; readonly dirty: boolean; readonly name: string }
  /** The newest of every fit. */
  | { readonly kind: 'newest'; readonly name: string }
  /** All records of a folder. */
  | { readonly kind: 'all'; readonly name: string };

/** The benchmark and the machine that are compared. */
export interface Scope {
  readonly benchmark: string;
  /** null for any. */
  readonly machineId: string | null;
}

/** What the user says of the scope. */
export interface ScopeOptions {
  readonly benchmark?: string;
  readonly machine?: string;
  readonly acrossMachines?: boolean;
}

type Entry = { readonly record: FitRecord };

/**
 * Finds all records of a selection: older fits too, of every benchmark and machine. Reference implementations are left out.
 *
 * @param entries records, with or without further fields
 * @param selection which of them
 */
export function recordsOf<T extends Entry>(entries: readonly T[], selection: Selection): T[] {
  return entries
    .filter(({ record }) => record.model.role === 'model')
    .filter(({ record: { git } }) =>
      selection.kind === 'commit' ? git?.commit === selection.commit && git.dirty === selection.dirty : true,
    );
}

/**
 * Selects the records to compare.
 *
 * @param entries records, with or without further fields
 * @param selection which of them
 * @param scope benchmark and machine
 * @returns the newest of every fit, failed fits included; for `newest` only fits of the newest code of each model
 */
export function selectRecords<T extends Entry>(entries: readonly T[], selection: Selection, scope: Scope): T[] {
  const latest = latestRecords(
    recordsOf(entries, selection)
      .filter(({ record }) => record.benchmark === scope.benchmark)
      .filter(({ record }) => scope.machineId === null || record.machine.id === scope.machineId),
  );
  return selection.kind === 'newest' ? ofPresentCode(latest) : latest;
}

/**
 * Finds the benchmark and the machine on which most models were measured both before and after.
 *
 * @param before all records that could be compared
 * @param after likewise
 * @param options benchmark and machine, where the user named them
 * @returns null when no model was measured both before and after
 * @throws UserError when a name is unknown
 */
export function commonScope(
  before: readonly FitRecord[],
  after: readonly FitRecord[],
  options: ScopeOptions,
): Scope | null {
  const all = [...before, ...after];
  checkName('benchmark', options.benchmark, [...new Set(all.map(({ benchmark }) => benchmark))]);
  checkName('machine', options.machine, [...new Set(all.map(({ machine }) => machine.id))]);
  const keyOf = ({ benchmark, machine }: FitRecord): string =>
    JSON.stringify([benchmark, options.acrossMachines ? null : machine.id]);
  const modelsOf = (records: readonly FitRecord[], key: string): Set<string> =>
    new Set(records.filter((record) => keyOf(record) === key).map(({ model }) => model.id));
  const scopes = [...new Set(all.map(keyOf))]
    .map((key) => {
      const [benchmark, machineId] = JSON.parse(key) as [string, string | null];
      const [one, other] = [modelsOf(before, key), modelsOf(after, key)];
      return { benchmark, machineId, common: [...one].filter((id) => other.has(id)).length };
    })
    .filter(({ benchmark }) => options.benchmark === undefined || benchmark === options.benchmark)
    .filter(({ machineId }) => options.machine === undefined || machineId === options.machine)
    .sort((a, b) => b.common - a.common);
  const [best] = scopes;
  return best && best.common > 0 ? { benchmark: best.benchmark, machineId: best.machineId } : null;
}

function checkName(what: string, name: string | undefined, known: string[]): void {
  if (name !== undefined && !known.includes(name)) throw unknownName(what, name, known, 'these have records');
}
