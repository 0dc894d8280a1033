// `npm run diff -- A B --run`: measures what a side lacks before the sides are compared.
import { benchmarks } from '../../benchmarks/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import {
  alternateFits,
  type MeasurableSide,
  type SideRound,
  type WantedFits,
} from '../commits/measure/alternate-fits.ts';
import { argsOfBatch, batchesOf } from '../commits/measure/batches.ts';
import { estimateFits } from '../commits/measure/estimate-fits.ts';
import { findSide, type Side } from '../commits/measure/find-side.ts';
import { adoptLeft, measure } from '../commits/measure/measure-commit.ts';
import { duration, list } from '../document/format.ts';
import { readRecords } from '../results/read.ts';
import type { FitRecord } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import type { Io } from '../terminal/io.ts';
import { startMeasuring, warnOfAdopted } from './measuring.ts';

/** The side that stands for what has been committed last. */
export const HEAD = 'HEAD';

/** What to measure, and where. */
export interface DiffRunOptions {
  readonly results: string;
  /** The one that both sides are measured on; the first unless told. */
  readonly benchmark?: string;
  /** Must be this one. */
  readonly machine?: string;
  /** Unless told, those with records on a side; where there are none, the benchmark's own. */
  readonly models?: readonly string[];
  /** 1 unless told. */
  readonly seeds?: number;
  readonly repeats?: number;
}

/**
 * Measures on this machine what two sides of a comparison lack.
 *
 * @param names of both sides, as diff takes them; a folder of records or a baseline is taken as it is
 * @param options what to measure
 * @param checkout the project's root in the checkout that knows the commits
 * @returns what the sides were measured on; null when the user stopped it
 * @throws UserError when a side cannot be measured, or not on what was asked for
 */
export async function measureSides(
  names: readonly [before: string, after: string],
  options: DiffRunOptions,
  io: Io,
  checkout: string,
): Promise<{ readonly benchmark: string; readonly machine: string } | null> {
  const { results, benchmark = benchmarks[0]!.id, seeds = 1, repeats = 1 } = options;
  const known = benchmarks.map(({ id }) => id);
  if (!known.includes(benchmark)) throw unknownName('benchmark', benchmark, known);
  const { id: machine } = await describeMachine();
  if (options.machine !== undefined && options.machine !== machine) {
    throw new UserError(`--run measures on this machine, ${machine}: --machine ${options.machine} cannot go with it`);
  }
  const sides = await Promise.all(names.map((name) => findSide(name, { results, checkout }, benchmark)));
  const measurable = sides.flatMap((side) => side.measurable ?? []);
  const [first, second] = measurable;
  if (!first) throw new UserError('--run measures commits: both sides are folders of records or baselines');
  if (first.code.hash === second?.code.hash) {
    throw new UserError(`both sides are the same code, ${first.code.name}: there is nothing to compare`);
  }
  for (const { code } of measurable) warnOfAdopted(await adoptLeft(code, results), io);
  const read = await readRecords(results).catch(() => ({ records: [] }));
  const records = read.records.map(({ record }) => record);
  const ground = { benchmark, machineId: machine };
  const wanted: WantedFits = {
    ...ground,
    models: chooseModels(sides, records, { ...ground, asked: options.models }, io),
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    repeats,
  };
  const turns = alternateFits(measurable, records, wanted);
  announce(turns, records, wanted, { sides: measurable, io });
  return (await runTurns(turns, { results, benchmark, repeats }, io, checkout)) ? { benchmark, machine } : null;
}

/** The models that both sides have, of those asked for, or measured on a side already. */
function chooseModels(
  sides: readonly Side[],
  records: readonly FitRecord[],
  {
    benchmark,
    machineId,
    asked,
  }: Pick<WantedFits, 'benchmark' | 'machineId'> & { asked: readonly string[] | undefined },
  io: Io,
): string[] {
  const known = [...new Set(sides.flatMap(({ models }) => models))];
  const unknown = asked?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw unknownName('model', unknown, known);
  const measured = records
    .filter((record) => record.benchmark === benchmark && record.machine.id === machineId)
    .filter((record) => record.model.role === 'model')
    .filter((record) => sides.some(({ measurable }) => measurable?.isOfCode(record)))
    .map(({ model }) => model.id);
  const given = sides.find(({ measurable }) => measurable === null)?.models ?? measured;
  const own = benchmarks.find(({ id }) => id === benchmark)?.models ?? [];
  const chosen = asked ?? (given.length > 0 ? [...new Set(given)] : own);
  for (const { name, models } of sides) {
    const missing = chosen.filter((id) => !models.includes(id));
    if (missing.length > 0) io.err(`left out: ${list(missing)}: not at ${name}`);
  }
  return chosen.filter((id) => sides.every(({ models }) => models.includes(id)));
}

/** Says what is going to run, and how long that will take. */
function announce(
  turns: readonly SideRound[],
  records: readonly FitRecord[],
  wanted: WantedFits,
  { sides, io }: { readonly sides: readonly MeasurableSide[]; readonly io: Io },
): void {
  const fits = turns.flatMap((turn) => turn.fits);
  if (fits.length === 0) {
    io.err('nothing to measure: every fit has its record already');
    return;
  }
  const counts = sides.flatMap((side) => {
    const n = turns.filter((turn) => turn.side === side).flatMap((turn) => turn.fits).length;
    return n === 0 ? [] : [`${n} fit${n === 1 ? '' : 's'} of ${side.code.name}`];
  });
  const { seconds, unknown } = estimateFits(fits, records, wanted);
  const about = seconds > 0 ? `; about ${duration(seconds)} by earlier records` : '';
  const open = unknown.length > 0 ? `; how long ${list(unknown)} will take no record says` : '';
  io.err(`to measure on ${wanted.benchmark}${counts.length > 1 ? ', in turn' : ''}: ${list(counts)}${about}${open}`);
}

/** Runs all of them, unless the user stops it. */
async function runTurns(
  turns: readonly SideRound[],
  { results, benchmark, repeats }: { readonly results: string; readonly benchmark: string; readonly repeats: number },
  io: Io,
  checkout: string,
): Promise<boolean> {
  const measuring = startMeasuring(io);
  try {
    for (const { side, repeat, fits } of turns) {
      for (const batch of batchesOf(fits)) {
        if (measuring.signal.aborted) break;
        io.err(`\nmeasuring ${side.code.name}${repeats > 1 ? `, ${repeat} of ${repeats}` : ''}`);
        const words = ['--benchmark', benchmark, ...argsOfBatch(batch)];
        warnOfAdopted(await measure(side.code, words, { ...measuring, checkout, out: results, repeat }), io);
      }
    }
  } catch (error) {
    if (error !== measuring.signal.reason) throw error;
  } finally {
    measuring.end();
  }
  if (!measuring.signal.aborted) return true;
  io.err('stopped; what is finished is kept. To go on: the same command');
  return false;
}
