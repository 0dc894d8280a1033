// Selects the records that are compared.
import { unknownName } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { isOfCode, type ModelCode, sourceKey } from '../../fitted/model-code.ts';
import { machineKey } from '../../results/machine-identity.ts';
import { sortedParams } from '../../results/params.ts';
import type { FitRecord } from '../../results/schema.ts';
import { latestRecords, ofNewestCode } from '../../results/select.ts';

/** Records of one commit, of a checkout with uncommitted changes or without. */
export interface CommitSelection {
  readonly kind: 'commit';
  /** Full hash; null outside a git checkout. */
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly name: string;
  /** The code of its models by `sourceKey`: records of equal code belong to it, whatever commit they were measured at. */
  readonly codes?: ReadonlyMap<string, ModelCode>;
}

/** Which records stand for before or after. */
export type Selection =
  | CommitSelection
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
 * Tells whether a record was measured at a commit itself.
 *
 * @param selection the commit, with uncommitted changes or without
 */
export function isMeasuredAt(
  { git }: FitRecord,
  { commit, dirty }: Pick<CommitSelection, 'commit' | 'dirty'>,
): boolean {
  return (git?.commit ?? null) === commit && (git?.dirty ?? false) === dirty;
}

/**
 * Tells whether a record belongs to a commit: its model's code there is known and equal, or else it was measured there.
 *
 * @param record its code hash filled in
 */
export function belongsTo(record: FitRecord, selection: CommitSelection): boolean {
  const code = selection.codes?.get(sourceKey(record.model.id, record.software.engine.device));
  return code === undefined ? isMeasuredAt(record, selection) : isOfCode(record, code);
}

/**
 * Finds all records of a selection: older fits too, of every benchmark and machine. Reference implementations are left out.
 * Of a fit that was measured at the commit itself and elsewhere with equal code, the own record counts.
 *
 * @param entries records, with or without further fields
 * @param selection which of them
 */
export function recordsOf<T extends Entry>(entries: readonly T[], selection: Selection): T[] {
  const ofModels = entries.filter(({ record }) => record.model.role === 'model');
  if (selection.kind !== 'commit') return ofModels;
  const found = ofModels.filter(({ record }) => belongsTo(record, selection));
  const isOwn = ({ record }: T): boolean => isMeasuredAt(record, selection);
  const own = new Set(found.filter(isOwn).map(({ record }) => fitOf(record)));
  return found.filter((entry) => isOwn(entry) || !own.has(fitOf(entry.record)));
}

/** A key that is equal for records of the same fit of the same code. */
function fitOf({ benchmark, machine, model, dataset, seed, repeat, software }: FitRecord): string {
  const { device } = software.engine;
  return JSON.stringify([
    benchmark,
    machineKey(machine),
    device,
    model.id,
    sortedParams(model.params),
    dataset.splitHash,
    seed,
    repeat,
  ]);
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
  return selection.kind === 'newest' ? ofNewestCode(latest) : latest;
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

/**
 * Finds the benchmark and the machine with the most models, before or after.
 *
 * @param candidates all records that could be compared, before and after
 * @param options benchmark and machine, where the user named them
 * @returns null without a record
 */
export function widestScope(
  candidates: readonly (readonly FitRecord[])[],
  { benchmark, machine, acrossMachines }: ScopeOptions,
): Scope | null {
  const scopes = groupBy(
    candidates
      .flat()
      .filter((record) => benchmark === undefined || record.benchmark === benchmark)
      .filter((record) => machine === undefined || record.machine.id === machine),
    (record) => JSON.stringify([record.benchmark, record.machine.id]),
  );
  const countModels = (records: readonly FitRecord[]): number => new Set(records.map(({ model }) => model.id)).size;
  const [widest] = [...scopes.values()].sort((a, b) => countModels(b) - countModels(a));
  if (!widest) return null;
  return { benchmark: widest[0]!.benchmark, machineId: acrossMachines ? null : widest[0]!.machine.id };
}

function checkName(what: string, name: string | undefined, known: string[]): void {
  if (name !== undefined && !known.includes(name)) throw unknownName(what, name, known, 'these have records');
}
