// Measures how the cost of our models and of the npm libraries grows with the number of images.
import { counted } from '../document/format.ts';
import { isSameMachine } from '../results/machine-identity.ts';
import { readRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { buildRecord, type RunFacts } from '../run/record.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import { keepLatest } from './keep-latest.ts';
import { type ScalingOptions, scalingCommandOf } from './options.ts';
import { type PreparedRun, prepareRun, type RunRequest } from './prepare-run.ts';
import { type Cost, estimateSeconds, reasonToStop, type ScalingCosts } from './scaling-table.ts';
import { fitOurs } from './watch-fit.ts';

/**
 * A fit is stopped after this many times the limit of the estimate: its process also predicts the images it was fitted on,
 * off the clock, and estimates err.
 */
const SLACK = 4;

/** What was measured. */
export interface MeasuredScaling {
  readonly records: readonly FitRecord[];
  /** One for each model. */
  readonly scalings: readonly ScalingCosts[];
  /** Images fitted on, smallest first. */
  readonly sizes: readonly number[];
}

/** A model's costs as they become known. */
interface Growing {
  readonly modelId: string;
  readonly costs: Cost[];
  stopped: ScalingCosts['stopped'];
}

/**
 * Measures every model at every size that its estimate allows, and writes a record of each fit.
 *
 * @param request its benchmark is measured at each size; a limit leaves out larger sizes
 * @param allSizes images to fit on, smallest first
 * @throws UserError when the engine or the data is not available
 */
export async function measureScaling(
  request: RunRequest<ScalingOptions>,
  allSizes: readonly number[],
): Promise<MeasuredScaling> {
  const { adapters, options, signal } = request;
  const sizes = sizesWithin(allSizes, options.limit);
  const scalings = adapters.map(({ id }): Growing => ({ modelId: id, costs: [], stopped: null }));
  const records: FitRecord[] = [];
  for (const [index, images] of sizes.entries()) {
    if (signal.aborted || scalings.every(({ stopped }) => stopped)) break;
    const run = await prepareRun(request, images);
    for (const [i, scaling] of scalings.entries()) {
      const stopAt = stopRule(request, run, i, scaling);
      if (index === 0) scaling.stopped = stopAt(images);
      if (scaling.stopped || signal.aborted) continue;
      const record = await measureSize(request, run, i, { scaling, images, next: sizes[index + 1], stopAt });
      if (record) records.push(record);
    }
  }
  return { records, scalings, sizes };
}

/** A limit below the smallest size is the only size. */
function sizesWithin(sizes: readonly number[], limit = Number.POSITIVE_INFINITY): readonly number[] {
  const within = sizes.filter((images) => images <= limit);
  return within.length > 0 ? within : [limit];
}

/** Decides from the costs measured so far whether a size is too expensive. */
function stopRule(
  { adapters, options }: RunRequest<ScalingOptions>,
  { fits, split }: PreparedRun,
  i: number,
  { costs }: Growing,
): (size: number) => ScalingCosts['stopped'] {
  const { estimateSeconds: own } = adapters[i]!;
  const { params } = fits[i]!.job;
  const prior = own && ((train: number): number => own({ train, test: split.counts.test, params }));
  return (size) => {
    const reason = reasonToStop(estimateSeconds(costs, size, prior), size, options.stopSeconds);
    return reason === null ? null : { images: size, reason };
  };
}

/** Measures one model at one size and adds its cost. Returns null when the user stopped it. */
async function measureSize(
  request: RunRequest<ScalingOptions>,
  { facts, fits }: PreparedRun,
  i: number,
  at: {
    readonly scaling: Growing;
    readonly images: number;
    /** The size after this one; undefined when it is the last. */
    readonly next: number | undefined;
    stopAt(size: number): ScalingCosts['stopped'];
  },
): Promise<FitRecord | null> {
  const { options, io, signal } = request;
  const { scaling, images, next, stopAt } = at;
  const fit = fits[i]!;
  const command = scalingCommandOf(options, scaling.modelId);
  const where = `${scaling.modelId}, ${counted(images, 'image')}`;
  const existing = options.skipExisting ? await existingRecord(fit, command, facts) : null;
  if (existing) io.err(`${where}: skipped, its record exists`);
  const limits = { signal, timeoutSeconds: options.timeout ?? options.stopSeconds * SLACK };
  const round = existing ? null : await fitOurs(fit, where, limits, io);
  if (round?.ended.status === 'aborted') return null;
  const record = existing ?? buildRecord(facts, { ...fit.facts, command, startedAt: round!.startedAt }, round!.ended);
  if (isFinished(record)) {
    const { trainSeconds, predictSeconds } = record.timing;
    scaling.costs.push({ images, fitSeconds: trainSeconds, predictSeconds });
    if (next !== undefined) scaling.stopped = stopAt(next);
    // The report reads here why there is no larger size.
    if (scaling.stopped) record.model.notes['stopped'] = scaling.stopped.reason;
  } else {
    const { status, error } = record;
    const reason = status === 'timed-out' ? `not done after ${limits.timeoutSeconds} s` : error.message;
    scaling.stopped = { images, reason: `${status} at ${counted(images, 'image')}: ${reason}` };
  }
  return existing ?? keepLatest(fit.file, record, io);
}

async function existingRecord(
  { file, facts }: PlannedFit,
  command: string,
  { machine }: RunFacts,
): Promise<FitRecord | null> {
  const record = await readRecord(file).catch(() => null);
  const isSame =
    record?.command === command &&
    record.model.codeHash === facts.model.codeHash &&
    isSameMachine(record.machine, machine);
  return record && isSame && isFinished(record) ? record : null;
}
