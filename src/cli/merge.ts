// `npm run merge`: joins several folders of records, such as the shards of one run.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import { counted } from '../document/format.ts';
import { plainTable } from '../document/terminal-table.ts';
import { type Conflict, type MergePlan, planMerge, type RecordFolder } from '../results/merge.ts';
import { type RecordProblem, readRecords } from '../results/read.ts';
import { missingOfShards, readShardPlans } from '../results/shard-plans.ts';
import { writeRecord } from '../results/write.ts';
import { checkMachineName } from '../run/machine.ts';
import type { Io } from '../terminal/io.ts';
import { jsonOption } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { mergeJson, mergeOutput } from './outputs/merge-output.ts';

const DEFAULT_OUT = 'results';

interface MergeCommandOptions {
  readonly out: string;
  readonly machine?: string;
  readonly partial?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * Builds the command that joins folders of records.
 *
 * @param io where it prints
 */
export function mergeCommand(io: Io): Command {
  return new Command('merge')
    .description('join several folders of records, such as the shards of one run; same as npm run runs -- merge')
    .argument('<folders...>', 'folders of records; they stay unchanged')
    .option('--out <folder>', 'folder for all records', DEFAULT_OUT)
    .option('--machine <id>', 'name of the machine for all incoming records; the hardware must be the same', (name) =>
      checkMachineName(name, '--machine'),
    )
    .option('--partial', 'accept that shards of a run, or fits of a shard, are missing')
    .option('--dry-run', 'print what would be done, and write nothing')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        '\nDifferent runs of the same fit are kept as its repeats, at most ten finished ones. A finished record is never',
        'replaced by an unfinished one. The command refuses to mix different data in one benchmark, or different hardware',
        'in one machine; it then writes nothing.',
      ].join('\n'),
    )
    .action((folders: string[], options: MergeCommandOptions) => merge(folders, options, io));
}

async function merge(names: readonly string[], options: MergeCommandOptions, io: Io): Promise<void> {
  const { out, machine } = options;
  const incoming = await readIncoming(names, out);
  const present = (await isThere(out)) ? await readRecords(out) : { records: [], problems: [] };
  const plan = planMerge({ name: out, entries: present.records }, incoming.folders, { out, machine });
  const problems = [...present.problems, ...incoming.problems, ...plan.problems];
  if (!options.dryRun) for (const { file, record } of plan.writes) await writeRecord(file, record);
  const plans = (await Promise.all(names.map(readShardPlans))).flat();
  const merged = incoming.folders.flatMap(({ entries }) => entries.map(({ record }) => record));
  const missing = missingOfShards(plans, merged);
  const end = { out, isDryRun: options.dryRun ?? false, problems, missing };
  if (options.json) printJson(io, mergeOutput, mergeJson(plan, end));
  else print(plan, options, io);
  for (const { file, message } of problems) io.err(`left out: ${file}: ${message}`);
  for (const text of missing) io.err(`missing: ${text}`);
  if (missing.length > 0 && !options.partial) {
    io.err('the run is not complete: merge the folders of all shards at once, or accept it with --partial');
  }
  io.exit(problems.length > 0 || (missing.length > 0 && !options.partial) ? 1 : 0);
}

async function readIncoming(
  names: readonly string[],
  out: string,
): Promise<{ folders: RecordFolder[]; problems: RecordProblem[] }> {
  const folders: RecordFolder[] = [];
  const problems: RecordProblem[] = [];
  for (const name of names) {
    if (path.resolve(name) === path.resolve(out)) {
      throw new UserError(`cannot merge ${name} into itself; choose another folder with --out`);
    }
    const read = await readRecords(name);
    folders.push({ name, entries: read.records });
    problems.push(...read.problems);
  }
  if (folders.every(({ entries }) => entries.length === 0)) {
    const unreadable = problems.map(({ file, message }) => `\n  ${file}: ${message}`).join('');
    throw new UserError(`nothing to merge: no readable record in ${names.join(', ')}${unreadable}`);
  }
  return { folders, problems };
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null)) !== null;
}

function print({ sources, conflicts, writes }: MergePlan, { out, dryRun }: MergeCommandOptions, io: Io): void {
  for (const conflict of conflicts) io.out(describeConflict(conflict));
  if (conflicts.length > 0) io.out('');
  const head = ['machine', 'commit', 'fits', 'added', 'same', 'left out', 'from'];
  const rows = sources.map(({ machine, commit, fits, added, same, superseded, folder }) => [
    machine,
    commit,
    ...[fits, added, same, superseded].map(String),
    folder,
  ]);
  io.out(plainTable(head, rows, io.columns));
  const sum = (part: 'same' | 'superseded' | 'unfinished'): number =>
    sources.reduce((total, source) => total + source[part], 0);
  const notes = [
    [sum('same'), 'already there'],
    [sum('superseded'), 'left out for newer records of the same fit'],
    [sum('unfinished'), 'of fits that did not finish'],
  ] as const;
  const shown = notes.filter(([records]) => records > 0).map(([records, what]) => `; ${records} ${what}`);
  const added = counted(writes.length, 'record');
  io.out(`\n${dryRun ? 'would add' : 'added'} ${added} to ${out}${shown.join('')}`);
  const folder = out === DEFAULT_OUT ? '' : ` -- --results ${out}`;
  if (!dryRun) io.err(`to render the report: npm run report${folder}`);
}

function describeConflict({ file, kept, left }: Conflict): string {
  const describe = ({ folder, status, startedAt }: Conflict['kept']): string =>
    `${folder} (${status}, ${startedAt.slice(0, 19)}Z)`;
  return `${path.basename(file)}: kept that of ${describe(kept)}, left out that of ${describe(left)}`;
}
