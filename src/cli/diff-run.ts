// `npm run diff -- A B --run`: measures the fits that the two targets lack before diff compares them.
import { benchmarks } from '../../benchmarks/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import { type PlannedModels, planModels } from '../commits/compare/plan-models.ts';
import type { CodeName } from '../commits/compare/resolve-name.ts';
import type { Selection } from '../commits/compare/select-records.ts';
import {
  alternateFits,
  type MeasurableTarget,
  type Round,
  type WantedFits,
} from '../commits/measure/alternate-fits.ts';
import { argsOfBatch, batchesOf } from '../commits/measure/batches.ts';
import { estimateFits } from '../commits/measure/estimate-fits.ts';
import { findTarget, type Target } from '../commits/measure/find-target.ts';
import { adoptLeft, measure } from '../commits/measure/measure-commit.ts';
import { counted, duration, list } from '../document/format.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { readRecords } from '../results/read.ts';
import type { FitRecord } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import type { Io } from '../terminal/io.ts';
import { defaultModels } from './diff-options.ts';
import { printProblems, startMeasuring } from './measuring.ts';

/** What to measure, and where the records are. */
export interface DiffRunOptions {
  readonly results: string;
  /** The default benchmark by default. */
  readonly benchmark?: string;
  /** Must be this machine, if given. */
  readonly machine?: string;
  /** `all` stands for every model. By default the benchmark's models and all whose code differs. */
  readonly models?: readonly string[];
  /** 1 by default. */
  readonly seeds?: number;
  /** 1 by default. */
  readonly repeats?: number;
}

/** Benchmark and machine that the targets were measured on. */
export interface MeasuredOn {
  readonly benchmark: string;
  /** Its id. */
  readonly machine: string;
}

/** The targets of a comparison whose models all have the same code. */
export interface Unchanged {
  readonly unchanged: readonly [before: Selection, after: Selection];
}

/**
 * Measures on this machine the fits that the two targets of a comparison lack.
 *
 * @param names of both targets, as diff takes them; a folder of records or a baseline is not measured
 * @param options what to measure
 * @param checkout the project's root in the checkout that knows the commits
 * @returns what the targets were measured on, or the targets if the code of all models is the same at both
 * @throws UserError if a target cannot be measured, or not as the options say; StoppedError if a signal stopped it
 */
export async function measureTargets(
  names: readonly [before: CodeName, after: CodeName],
  options: DiffRunOptions,
  io: Io,
  checkout: string,
): Promise<MeasuredOn | Unchanged> {
  const { results, seeds = 1, repeats = 1 } = options;
  const { benchmark, machine } = await checkOptions(options);
  const find = (name: CodeName): Promise<Target> => findTarget(name, { results, checkout }, benchmark);
  const targets = await Promise.all([find(names[0]), find(names[1])]);
  const measurable = measurableOf(targets);
  for (const { code } of measurable) printProblems(await adoptLeft(code, { out: results, machine }), io);
  const read = await readRecords(results).catch(() => ({ records: [] }));
  const filled = await withCodeIndex(checkout, (index) => index.fill(read.records));
  const records = filled.map(({ record }) => record);
  const scope = { benchmark, machine };
  const plan = planRun(targets, { benchmark, asked: options.models }, io);
  const models = [...plan.compared, ...plan.onlyAfter];
  if (models.length === 0 && plan.unchanged.length > 0 && plan.onlyBefore.length === 0) {
    return { unchanged: [targets[0].selection, targets[1].selection] };
  }
  const wanted: WantedFits = {
    ...scope,
    models,
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    repeats,
  };
  const rounds = alternateFits(measurable, records, wanted);
  announce(rounds, records, wanted, measurable, io);
  await runRounds(rounds, { results, benchmark, repeats, machine }, io, checkout);
  return { benchmark, machine: machine.id };
}

async function checkOptions(options: DiffRunOptions): Promise<Pick<WantedFits, 'benchmark' | 'machine'>> {
  const { benchmark = benchmarks[0]!.id } = options;
  const known = benchmarks.map(({ id }) => id);
  if (!known.includes(benchmark)) throw unknownName('benchmark', benchmark, known);
  const machine = await describeMachine();
  if (options.machine !== undefined && options.machine !== machine.id) {
    throw new UserError(
      `--run measures on this machine, ${machine.id}; it cannot be combined with --machine ${options.machine}`,
    );
  }
  return { benchmark, machine };
}

function measurableOf(targets: readonly Target[]): MeasurableTarget[] {
  const measurable = targets.flatMap((target) => target.measurable ?? []);
  const [first, second] = measurable;
  if (!first) throw new UserError('--run measures commits, but both names are folders of records or baselines');
  if (first.code.hash === second?.code.hash) {
    throw new UserError(`both names are the same code, ${first.code.name}: there is nothing to compare`);
  }
  return measurable;
}

/** Plans the comparison, and prints what it leaves out. */
function planRun(
  [before, after]: readonly [Target, Target],
  { benchmark, asked }: { readonly benchmark: string; readonly asked: readonly string[] | undefined },
  io: Io,
): PlannedModels {
  // Of a folder of records or a baseline, its models are the question.
  const given = [before, after].find(({ measurable }) => measurable === null)?.models;
  const plan = planModels(before, after, { asked: asked ?? given, defaults: defaultModels(benchmark) });
  const [unknown] = plan.unknown;
  if (unknown !== undefined) throw unknownName('model', unknown, [...new Set([...before.models, ...after.models])]);
  const notes = [
    [plan.unchanged, 'whose code is the same before and after'],
    [plan.onlyBefore, `which ${after.name} does not have`],
  ] as const;
  for (const [ids, why] of notes) if (ids.length > 0) io.err(`left out: ${list(ids)}, ${why}`);
  if (plan.onlyAfter.length > 0) io.err(`only at ${after.name}: ${list(plan.onlyAfter)}`);
  return plan;
}

/** Prints what will run, and how long it will take. */
function announce(
  rounds: readonly Round[],
  records: readonly FitRecord[],
  wanted: WantedFits,
  targets: readonly MeasurableTarget[],
  io: Io,
): void {
  const fits = rounds.flatMap((round) => round.fits);
  if (fits.length === 0) {
    io.err('nothing to measure: every fit already has a record');
    return;
  }
  const counts = targets.flatMap((target) => {
    const own = rounds.filter((round) => round.target === target).flatMap((round) => round.fits);
    return own.length === 0 ? [] : [`${counted(own.length, 'fit')} of ${target.code.name}`];
  });
  const { seconds, unknown } = estimateFits(fits, records, wanted);
  const about = seconds > 0 ? `; about ${duration(seconds)}, as earlier records show` : '';
  const open = unknown.length > 0 ? `; no record shows how long ${list(unknown)} will take` : '';
  const order = counts.length > 1 ? ', alternating' : '';
  io.err(`to measure on ${wanted.benchmark}${order}: ${list(counts)}${about}${open}`);
}

/** Runs all rounds. @throws StoppedError if a signal stopped them */
async function runRounds(
  rounds: readonly Round[],
  {
    results,
    benchmark,
    repeats,
    machine,
  }: Pick<WantedFits, 'benchmark' | 'repeats' | 'machine'> & { readonly results: string },
  io: Io,
  checkout: string,
): Promise<void> {
  const measuring = startMeasuring(io);
  try {
    for (const { target, repeat, fits } of rounds) {
      for (const batch of batchesOf(fits)) {
        if (measuring.signal.aborted) break;
        io.err(`\nmeasuring ${target.code.name}${repeats > 1 ? `, ${repeat} of ${repeats}` : ''}`);
        const args = ['--benchmark', benchmark, ...argsOfBatch(batch)];
        printProblems(await measure(target.code, args, { ...measuring, checkout, out: results, repeat, machine }), io);
      }
    }
  } catch (error) {
    if (error !== measuring.signal.reason) throw error;
  } finally {
    measuring.end();
  }
  if (!measuring.signal.aborted) return;
  io.err('stopped; finished records are kept. To continue, run the same command');
  throw measuring.signal.reason;
}
