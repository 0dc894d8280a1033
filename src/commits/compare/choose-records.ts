// Chooses what diff compares: the benchmark, the machine and the records before and after.
import { UserError, unknownName } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { list } from '../../document/format.ts';
import { sourceKey } from '../../fitted/model-code.ts';
import { shortCommit } from '../../git/short-commit.ts';
import type { StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';
import { ALL_MODELS, type ModelsOfCode, type PlannedModels, planModels } from './plan-models.ts';
import type { ResolvedName } from './resolve-name.ts';
import {
  commonScope,
  isMeasuredAt,
  recordsOf,
  type Scope,
  type ScopeOptions,
  type Selection,
  selectRecords,
  widestScope,
} from './select-records.ts';

/** What the user asked for. */
export interface ChooseOptions extends ScopeOptions {
  /** Only these models; `all` stands for every model. By default the benchmark's models and all whose code differs. */
  readonly models?: readonly string[];
  /** The ids of a benchmark's models. */
  defaultModels(benchmark: string): readonly string[];
}

/** A model whose code is there before or after, but has no record there. */
export interface LackingModel {
  readonly modelId: string;
  readonly place: 'before' | 'after';
}

/** What is compared. */
export interface ChosenRecords {
  readonly before: readonly FitRecord[];
  readonly after: readonly FitRecord[];
  /** The benchmark and the machine. */
  readonly scope: Scope;
  /** Models that lack a record where they exist. */
  readonly lacking: readonly LackingModel[];
  /** Ids of models that need no comparison, because their code is the same before and after. */
  readonly unchanged: readonly string[];
  /** Ids of models whose code is there only before, and only after. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Where records were measured, and what is not compared though it could be. */
  readonly cautions: readonly string[];
}

/**
 * Chooses records of one benchmark that were measured under the same conditions. A record that belongs to the code before
 * and after stands for neither.
 *
 * @param before what the first name stands for
 * @param after what the second name stands for
 * @param options what the user asked for
 * @throws UserError when a name is unknown, there is no record at all, or the models of before and after are others
 */
export function chooseRecords(before: ResolvedName, after: ResolvedName, options: ChooseOptions): ChosenRecords {
  const candidates = [before, after].map((resolved) => candidatesOf(resolved, options)) as [FitRecord[], FitRecord[]];
  const everything = [before, after].map(({ entries }) => entries.map(({ record }) => record));
  const scope =
    commonScope(...candidates, options) ?? widestScope(candidates, options) ?? widestScope(everything, options);
  if (!scope) throw noRecords(before, after, options);
  const select = ({ entries, selection }: ResolvedName): FitRecord[] =>
    selectRecords(
      entries.filter((entry) => isAsked(entry, options)),
      selection,
      scope,
    ).map(({ record }) => record);
  const selected = { before: select(before), after: select(after) };
  const plan = planOf([before, after], scope, options);
  // Models of equal code need no record, and neither do those that are gone.
  const lacking = lackingModels([...plan.compared, ...plan.onlyAfter], selected, { before, after });
  const { unchanged: shared, ...own } = withoutShared(selected);
  const compared = new Set(own.before.map(({ model }) => model.id));
  const unchanged = [...new Set([...shared, ...plan.unchanged])].filter((id) => !compared.has(id));
  const [removed, added] = [plan.onlyBefore, plan.onlyAfter];
  if ([lacking, unchanged, removed, added].every((ids) => ids.length === 0) && !haveCommonModel(own)) {
    throw nothingInCommon(before, after, candidates, options);
  }
  const cautions = [
    ...measuredElsewhere('before', before.selection, own.before),
    ...measuredElsewhere('after', after.selection, own.after),
    ...notCompared(scope, candidates, options),
  ];
  return { ...own, scope, lacking, unchanged, removed, added, cautions };
}

type BeforeAndAfter<T> = Readonly<Record<'before' | 'after', T>>;

/** Removes the records that are before and after, and all records of models that then are before or after alone. */
function withoutShared({ before, after }: BeforeAndAfter<FitRecord[]>) {
  const isShared = new Set(before.filter((record) => after.includes(record)));
  const own = { before: before.filter((one) => !isShared.has(one)), after: after.filter((one) => !isShared.has(one)) };
  const idsOf = (records: Iterable<FitRecord>): Set<string> => new Set(Array.from(records, ({ model }) => model.id));
  const [idsBefore, idsAfter] = [idsOf(own.before), idsOf(own.after)];
  const unchanged = [...idsOf(isShared)].filter((id) => !(idsBefore.has(id) && idsAfter.has(id)));
  const isCompared = ({ model }: FitRecord): boolean => !unchanged.includes(model.id);
  return { unchanged, before: own.before.filter(isCompared), after: own.after.filter(isCompared) };
}

function haveCommonModel({ before, after }: BeforeAndAfter<readonly FitRecord[]>): boolean {
  return before.some((one) => after.some(({ model }) => model.id === one.model.id));
}

/** Plans by code; where the code before or after is not known, by the records. */
function planOf(
  [before, after]: readonly [ResolvedName, ResolvedName],
  scope: Scope,
  { models: asked, defaultModels }: ChooseOptions,
): PlannedModels {
  const [one, other] = [modelsOfCode(before), modelsOfCode(after)];
  if (one && other) {
    const plan = planModels(one, other, { asked, defaults: defaultModels(scope.benchmark) });
    const [unknown] = plan.unknown;
    if (unknown !== undefined) throw unknownName('model', unknown, [...new Set([...one.models, ...other.models])]);
    return plan;
  }
  const measured = [before, after]
    .flatMap(({ entries }) => entries)
    .filter(({ record: { benchmark, machine, model } }) => {
      const isHere = scope.machineId === null || machine.id === scope.machineId;
      return model.role === 'model' && benchmark === scope.benchmark && isHere;
    })
    .map(({ record }) => record.model.id);
  const compared = asked === undefined || asked.includes(ALL_MODELS) ? [...new Set(measured)] : asked;
  return { compared, unchanged: [], onlyBefore: [], onlyAfter: [], unknown: [] };
}

/** The models of a name's code; null where the code is not known. */
function modelsOfCode({ models, selection }: ResolvedName): ModelsOfCode | null {
  if (selection.kind !== 'commit' || models.length === 0) return null;
  return { models, codeOf: (id) => selection.codes?.get(sourceKey(id, 'cpu'))?.codeHash };
}

/** The models without a record where they exist. */
function lackingModels(
  wanted: readonly string[],
  selected: BeforeAndAfter<readonly FitRecord[]>,
  resolved: BeforeAndAfter<ResolvedName>,
): LackingModel[] {
  return (['before', 'after'] as const).flatMap((place) => {
    const own = new Set(selected[place].map(({ model }) => model.id));
    return wanted
      .filter((id) => !own.has(id) && resolved[place].models.includes(id))
      .map((modelId) => ({ modelId, place }));
  });
}

/** Names the commits that records were measured at, where the user named another one. */
function measuredElsewhere(when: string, selection: Selection, records: readonly FitRecord[]): string[] {
  if (selection.kind !== 'commit') return [];
  const elsewhere = groupBy(
    records.filter((record) => !isMeasuredAt(record, selection)),
    ({ git }) =>
      git === null ? 'no commit' : `${shortCommit(git.commit)}${git.dirty ? ' with uncommitted changes' : ''}`,
  );
  return [...elsewhere].map(([place, group]) => {
    const ids = [...new Set(group.map(({ model }) => model.id))];
    return `${list(ids)} ${when}: measured at ${place}, where the code of ${ids.length > 1 ? 'the models' : 'the model'} is the same.`;
  });
}

function isAsked({ record }: StoredRecord, { models }: ChooseOptions): boolean {
  return models === undefined || models.includes(ALL_MODELS) || models.includes(record.model.id);
}

function candidatesOf({ entries, selection, models, folder }: ResolvedName, options: ChooseOptions): FitRecord[] {
  const found = recordsOf(entries, selection).filter((entry) => isAsked(entry, options));
  // Where the code is known, it is also known which models lack a record.
  if (found.length === 0 && models.length === 0) throw noRecord(selection.name, folder, options);
  return found.map(({ record }) => record);
}

function noRecord(name: string, folder: string, { models }: ChooseOptions): UserError {
  const of = models ? ` of ${list(models)} at` : ' of';
  return new UserError(`no record${of} ${name} in ${folder}`);
}

function noRecords(before: ResolvedName, after: ResolvedName, options: ChooseOptions): UserError {
  return noRecord(`${before.selection.name} or ${after.selection.name}`, before.folder, options);
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
