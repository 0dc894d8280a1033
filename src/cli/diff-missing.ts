// What `npm run diff` says of models that lack a record: their names, and the one command that measures just these.
import { quote } from 'shell-quote';
import { benchmarks } from '../../benchmarks/index.ts';
import { groupBy } from '../base/group-by.ts';
import type { ChosenRecords, LackingModel } from '../commits/compare/choose-records.ts';
import type { ComparedNames } from '../commits/compare/parse-range.ts';
import { CHECKED_OUT, type CodeName, DIRTY } from '../commits/compare/resolve-name.ts';
import { argsOfSeeds } from '../commits/measure/batches.ts';
import { benchArgsOf, conditionArgs } from '../commits/measure/bench-args.ts';
import { list } from '../document/format.ts';
import type { FitRecord } from '../results/schema.ts';

/** What was compared, and where. */
export interface MissingContext {
  /** The names as the user gave them. */
  readonly names: ComparedNames;
  /** How messages name before and after. */
  readonly titles: Readonly<Record<'before' | 'after', string>>;
  /** Folder of records. */
  readonly results: string;
  /** The id of this machine. */
  readonly machineId: string;
}

/**
 * Says which models lack a record, and how to measure them.
 *
 * @param chosen at least one model of it lacks a record
 * @param records those that are there, of before and after
 * @returns sentences; the command is in a separate line
 */
export function missingText(
  chosen: Pick<ChosenRecords, 'lacking' | 'scope'>,
  records: readonly FitRecord[],
  context: MissingContext,
): string {
  const { lacking, scope } = chosen;
  const what = [...groupBy(lacking, ({ place }) => place)]
    .map(([place, models]) => `no record of ${list(idsOf(models))} at ${context.titles[place as 'before' | 'after']}`)
    .join(', and ');
  const isElsewhere = scope.machineId !== null && scope.machineId !== context.machineId;
  const where = isElsewhere ? ` on ${scope.machineId}` : '';
  const remark = isElsewhere ? `; this machine, ${context.machineId}, can measure both` : '';
  return `${what}${where}${remark}; to measure:\n  ${measureCommand(chosen, records, context, isElsewhere)}`;
}

function idsOf(models: readonly LackingModel[]): string[] {
  return [...new Set(models.map(({ modelId }) => modelId))];
}

/** The command that measures what is lacking: bench where that is one commit, else diff with --run. */
function measureCommand(
  { lacking, scope }: Pick<ChosenRecords, 'lacking' | 'scope'>,
  records: readonly FitRecord[],
  { names, results }: MissingContext,
  isElsewhere: boolean,
): string {
  const ids = idsOf(lacking);
  const benchmark = scope.benchmark === benchmarks[0]!.id ? [] : ['--benchmark', scope.benchmark];
  const places = new Set(lacking.map(({ place }) => place));
  if (isElsewhere || places.size > 1) {
    const both = [names.before, ...(names.after === CHECKED_OUT ? [] : [names.after])];
    const folder = results === 'results' ? [] : ['--results', results];
    return `npm run diff -- ${quote([...both, ...benchmark, ...folder, '--models', ids.join(','), '--run'])}`;
  }
  const name: CodeName = places.has('before') ? names.before : names.after;
  const commit = name === CHECKED_OUT || name === DIRTY ? [] : ['--commit', name];
  const out = results === 'results' ? [] : ['--out', results];
  const own = records.filter((one) => one.benchmark === scope.benchmark && ids.includes(one.model.id));
  const rest = [...commit, ...benchmark, ...sharedConditions(own), ...out, '--models', ids.join(','), ...seedArgs(own)];
  return `npm run bench -- ${quote(rest)}`;
}

/** The conditions that all records share, such as `--limit 1000`; none where they differ. */
function sharedConditions(records: readonly FitRecord[]): readonly string[] {
  const all = records.map(({ command }) => conditionArgs(benchArgsOf(command) ?? []));
  const [first = []] = all;
  return all.every((args) => args.join('\0') === first.join('\0')) ? first : [];
}

function seedArgs(records: readonly FitRecord[]): string[] {
  const seeds = [...new Set(records.map(({ seed }) => seed))].sort((a, b) => a - b);
  const [first = 1] = seeds;
  const count = seeds.findIndex((seed, i) => seed !== first + i);
  const consecutive = count < 0 ? Math.max(1, seeds.length) : count;
  return first === 1 && consecutive === 1 ? [] : argsOfSeeds(first, consecutive);
}
