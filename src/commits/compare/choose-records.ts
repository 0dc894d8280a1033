// Chooses what diff compares: the benchmark, the machine and the records before and after.
import { UserError } from '../../base/errors.ts';
import { list } from '../../document/format.ts';
import type { StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { ResolvedName } from './resolve-name.ts';
import { commonScope, recordsOf, type Scope, type ScopeOptions, selectRecords } from './select-records.ts';

/** What the user asked for. */
export interface ChooseOptions extends ScopeOptions {
  /** Only these models; by default all. */
  readonly models?: readonly string[];
}

/** What is compared. */
export interface ChosenRecords {
  readonly before: readonly FitRecord[];
  readonly after: readonly FitRecord[];
  /** Names the benchmarks and machines that are not compared, though they could be. */
  readonly cautions: readonly string[];
}

/**
 * Chooses records of one benchmark that were measured under the same conditions.
 *
 * @param before what the first name stands for
 * @param after what the second name stands for
 * @param options what the user asked for
 * @throws UserError when a name is unknown, or no model was measured both before and after
 */
export function chooseRecords(before: ResolvedName, after: ResolvedName, options: ChooseOptions): ChosenRecords {
  const candidates = [before, after].map((resolved) => candidatesOf(resolved, options)) as [FitRecord[], FitRecord[]];
  const scope = commonScope(...candidates, options);
  if (!scope) throw nothingInCommon(before, after, candidates, options);
  const select = ({ entries, selection }: ResolvedName): FitRecord[] =>
    selectRecords(
      entries.filter((entry) => isAsked(entry, options)),
      selection,
      scope,
    ).map(({ record }) => record);
  return { before: select(before), after: select(after), cautions: notCompared(scope, candidates, options) };
}

function isAsked({ record }: StoredRecord, { models }: ChooseOptions): boolean {
  return models?.includes(record.model.id) ?? true;
}

function candidatesOf({ entries, selection, folder }: ResolvedName, options: ChooseOptions): FitRecord[] {
  const found = recordsOf(entries, selection).filter((entry) => isAsked(entry, options));
  if (found.length === 0) {
    const of = options.models ? ` of ${list(options.models)} at` : ' of';
    throw new UserError(`no record${of} ${selection.name} in ${folder}`);
  }
  return found.map(({ record }) => record);
}

function nothingInCommon(
  before: ResolvedName,
  after: ResolvedName,
  candidates: readonly [FitRecord[], FitRecord[]],
  options: ChooseOptions,
): UserError {
  const { machine: _, ...elsewhere } = options;
  const isElsewhere = !options.acrossMachines && commonScope(...candidates, { ...elsewhere, acrossMachines: true });
  const cure = isElsewhere ? '; --across-machines compares fits of different machines' : '';
  const where = [options.benchmark, options.machine].filter((name) => name !== undefined);
  const limits = where.length > 0 ? ` in ${where.join(' on ')}` : '';
  return new UserError(
    `nothing to compare: ${before.selection.name} and ${after.selection.name} have no model in common${limits}${cure}`,
  );
}

/** Names what the choice of benchmark and machine leaves out, where the user did not choose. */
function notCompared(
  { benchmark, machineId }: Scope,
  [before, after]: readonly [FitRecord[], FitRecord[]],
  options: ChooseOptions,
): string[] {
  const others = (of: (record: FitRecord) => string, own: string): string[] => {
    const known = new Set(before.map(of));
    return [...new Set(after.map(of))].filter((name) => known.has(name) && name !== own);
  };
  const benchmarks = options.benchmark === undefined ? others((record) => record.benchmark, benchmark) : [];
  const machines =
    options.machine === undefined && machineId !== null ? others((record) => record.machine.id, machineId) : [];
  return [
    ...(benchmarks.length > 0
      ? [`Not compared: fits of ${list(benchmarks)}. --benchmark chooses another benchmark.`]
      : []),
    ...(machines.length > 0 ? [`Not compared: fits on ${list(machines)}. --machine chooses another machine.`] : []),
  ];
}
