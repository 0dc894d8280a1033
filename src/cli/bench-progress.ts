// What a comparison prints before and during its fits.
import path from 'node:path';
import { quote } from 'shell-quote';
import type { PreparedSplit } from '../data/prepared.ts';
import { counted, duration, integer, percentage } from '../document/format.ts';
import { createColours } from '../document/terminal-text.ts';
import { processorText } from '../results/machine-identity.ts';
import { type FitRecord, isFinished, type UnfinishedRecord } from '../results/schema.ts';
import { markedSource, placeText } from '../run/error-place.ts';
import type { FitOptions } from '../run/plan-fits.ts';
import type { BenchHooks, KeptLog, PlannedFit } from '../run/run-fits.ts';
import type { Io } from '../terminal/io.ts';
import { type ProgressLine, startProgress } from '../terminal/progress.ts';
import type { BenchmarkDefinition, Device, ModelAdapter } from '../types.ts';
import type { ModelFault } from './load-model.ts';
import { faultText } from './model-list.ts';

/** Models with a longer estimate are announced. */
const SLOW_SECONDS = 120;
const TITLE_WIDTH = 24;
/** How many lines of the output of a failed fit are printed. */
export const LOG_LINES = 20;

/** The listeners of a run that print its progress. */
export interface BenchProgress
  extends Pick<BenchHooks, 'started' | 'progress' | 'printed' | 'ended' | 'skipped' | 'notKept'> {
  /** Removes the progress line. */
  clear(): void;
}

/** Prints how many fits follow, on which data, machine and device. */
export function announceFits(
  fits: readonly PlannedFit[],
  conditions: {
    readonly benchmark: BenchmarkDefinition;
    readonly split: PreparedSplit;
    readonly machine: FitRecord['machine'];
    readonly device: Device;
  },
  io: Io,
): void {
  const { benchmark, split, machine, device } = conditions;
  const { train, validation, test } = split.counts;
  io.err(
    `${benchmark.id}: ${counted(fits.length, 'fit')} on ${counted(train, 'image')}, ${integer(validation)} for ` +
      `validation, ${integer(test)} for testing; ${processorText(machine)}, ${device}`,
  );
}

/** Prints a failed row for each model whose file cannot be loaded. */
export function announceFaults(faults: readonly ModelFault[], io: Io): void {
  const paint = createColours(io.colour);
  for (const fault of faults) io.err(`${paint.red('✗')} ${fault.modelId.padEnd(TITLE_WIDTH)} ${faultText(fault)}`);
}

/** Prints which models will take long, and what the user can do about it. */
export function announceSlowModels(
  adapters: readonly ModelAdapter[],
  fits: readonly PlannedFit[],
  { counts: { train, test } }: PreparedSplit,
  io: Io,
): void {
  for (const adapter of adapters) {
    const fit = fits.find(({ job }) => job.modelId === adapter.id);
    if (!fit) continue;
    const seconds = adapter.estimateSeconds?.({ train, test, params: fit.job.params }) ?? 0;
    if (seconds <= SLOW_SECONDS) continue;
    io.err(
      `${adapter.id}: about ${duration(seconds)} on ${counted(train, 'image')} (estimated); ` +
        '--limit N fits on fewer images, --timeout SECONDS stops it',
    );
  }
}

/** Names the folders of a run with uncommitted changes, so that the next edit can be compared with this one. */
export function announceEdit(fits: readonly PlannedFit[], io: Io): void {
  const folders = new Set(fits.map(({ file }) => path.relative('', path.dirname(file))));
  for (const folder of folders) io.err(`to compare a later edit with this one: npm run diff -- ${quote([folder])}`);
}

/**
 * Creates the listeners of a run that print its progress.
 *
 * @param total number of fits
 * @param options tell whether seeds and repeats are worth naming
 * @param show whether to print what the models print, and the whole stack of an error
 */
export function createBenchProgress(
  total: number,
  options: FitOptions,
  show: { readonly output: boolean; readonly stacks: boolean },
  io: Io,
): BenchProgress {
  const paint = createColours(io.colour);
  let line: ProgressLine | undefined;
  const titleOf = (fit: PlannedFit): string => fitTitle(fit, options);
  return {
    started: (fit, index) => {
      line = startProgress(io, titleOf(fit));
      if (!io.isTerminal) io.err(`[${index + 1}/${total}] ${titleOf(fit)} ...`);
    },
    progress: (_fit, progress) => line?.update(progress),
    printed: ({ job }, lines) => {
      if (show.output && lines.length > 0) line?.print(lines.map((text) => outputLine(job.modelId, text)));
    },
    ended: (fit, record, { remarks, log }) => {
      line?.stop();
      const mark = record.status === 'ok' ? paint.green('✓') : paint.red('✗');
      io.err(`${mark} ${titleOf(fit).padEnd(TITLE_WIDTH)} ${describeRecord(record)}`);
      if (!isFinished(record)) {
        for (const text of failureLines(record, show.stacks)) io.err(text);
        if (log) for (const text of logLines(fit, log, show.output)) io.err(text);
      }
      const why = record.model.notes['notCompiled'];
      if (why !== undefined) io.err(`  not compiled, so several times slower: ${why}`);
      for (const remark of remarks) io.err(`  ${remark}`);
      for (const text of record.cautions) io.err(`  ${paint.yellow('caution:')} ${text}`);
    },
    notKept: ({ job }, reason) => io.err(`  the fitted model ${job.modelId} is not saved: ${reason}`),
    skipped: (fit) => io.err(`${paint.dim('-')} ${titleOf(fit).padEnd(TITLE_WIDTH)} already has a record`),
    clear: () => line?.stop(),
  };
}

function fitTitle({ job, facts }: PlannedFit, { seeds, repeats }: FitOptions): string {
  const marks = [
    ...(seeds.length > 1 ? [`seed ${job.seed}`] : []),
    ...(repeats > 1 ? [`${facts.repeat} of ${repeats}`] : []),
  ];
  return marks.length > 0 ? `${job.modelId} (${marks.join(', ')})` : job.modelId;
}

/** Says where the model failed. */
function failureLines({ error }: UnfinishedRecord, isWhole: boolean): readonly string[] {
  const { place, stack } = error;
  return [
    ...(place ? [`  ${placeText(place)}`, markedSource(place)] : []),
    ...(isWhole && stack !== null ? stack.split('\n').map((line) => `  ${line}`) : []),
  ];
}

/** Names the log of a failed fit, with its last lines unless they have just been printed. */
function logLines({ job }: PlannedFit, { file, log }: KeptLog, isShown: boolean): readonly string[] {
  const lines = isShown ? [] : log.last(LOG_LINES);
  return [
    `  output: ${path.relative('', file)}${lines.length > 0 ? ', which ends with' : ''}`,
    ...lines.map((line) => `  ${outputLine(job.modelId, line)}`),
  ];
}

/**
 * Marks a line that a model printed.
 *
 * @param modelId who printed it
 */
export function outputLine(modelId: string, text: string): string {
  return `${modelId} | ${text}`;
}

function describeRecord(record: FitRecord): string {
  if (!isFinished(record)) return `${record.status}: ${record.error.message}`;
  const { metrics, timing } = record;
  const [fit, predict] = [duration(timing.trainSeconds), duration(timing.predictSeconds)];
  return `${percentage(metrics.accuracy)}, fit ${fit}, predict ${predict}`;
}
