// Measures one of our models alternating with its references, and writes a record of each.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReferenceRecipe } from '../base/reference-recipe.ts';
import { recordPath } from '../results/path.ts';
import type { FitRecord } from '../results/schema.ts';
import type { ProcessOutcome } from '../run/fit-process.ts';
import { buildRecord, type FitFacts, type RunFacts } from '../run/record.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import type { Io } from '../terminal/io.ts';
import type { ParamValue } from '../types.ts';
import { type Comparison, comparePair } from './comparison.ts';
import { keepLatest } from './keep-latest.ts';
import { type ReferencesOptions, referencesCommandOf } from './options.ts';
import { type PreparedRun, SEED } from './prepare-run.ts';
import { argumentsOf, pythonFile, referenceId } from './recipes.ts';
import { referenceJob, runReferenceProcess, threadEnvironment } from './reference-process.ts';
import { alternate, medianRound, type Round } from './rounds.ts';
import { fitOurs, watchFit } from './watch-fit.ts';

/** The Python program that fits any reference. */
export const REFERENCE_PROGRAM = pythonFile('reference.py');

/** A reference that is ready to be measured. */
export interface Reference {
  readonly recipe: ReferenceRecipe;
  /** Program and arguments before the files of job and answer. */
  readonly command: readonly [string, ...string[]];
  /** Version by name of the packages that it uses. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What all measurements of a run share. */
export interface ModelContext {
  readonly run: Omit<PreparedRun, 'fits'>;
  readonly options: ReferencesOptions;
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** What was measured of one model or several. */
export interface MeasuredModels {
  /** A record of our model before those of its references. */
  readonly records: readonly FitRecord[];
  /** One for each reference that was measured. */
  readonly comparisons: readonly Comparison[];
}

/** A reference with the arguments of this run. */
interface Candidate extends Reference {
  readonly id: string;
  readonly values: Readonly<Record<string, ParamValue>>;
}

/**
 * Measures one of our models and its references. In every round each fits once, ours first: one fit of ours is compared
 * with all references of its round.
 *
 * @param fit of our model, one of the run's
 * @param references at least one
 * @returns null when the user stopped it: a part of the rounds has no use
 */
export async function measureModel(
  context: ModelContext,
  fit: PlannedFit,
  references: readonly Reference[],
): Promise<MeasuredModels | null> {
  const { options, signal } = context;
  const candidates = references.map((reference): Candidate => {
    const values = argumentsOf(reference.recipe, fit.job.params, { threads: options.threads, seed: SEED });
    return { ...reference, id: referenceId(reference.recipe), values };
  });
  const [ours = [], ...others] = await fitAlternating(context, fit, candidates);
  if (signal.aborted) return null;

  const ourRecord = recordOf(context.run.facts, factsOf(options, fit), ours);
  const records = [await keepLatest(fit.file, ourRecord, context.io)];
  for (const [i, candidate] of candidates.entries()) {
    records.push(await recordReference(context, fit, candidate, others[i]!));
  }
  const comparisons = candidates.map(({ id }, i) =>
    comparePair({ ours: fit.job.modelId, reference: id }, ours, others[i]!),
  );
  return { records, comparisons };
}

/**
 * Names the file of a reference's record.
 *
 * @param id the reference's
 * @param fit of our model
 */
export function referenceFile({ run, options }: Pick<ModelContext, 'run' | 'options'>, id: string, fit: PlannedFit) {
  const { machine, git } = run.facts;
  const identity = { machine, git, model: { id }, seed: SEED, repeat: 1, variant: fit.variant };
  return recordPath(path.resolve(options.out), identity);
}

/** Runs all rounds; the rounds of our model come first, then those of each candidate. */
function fitAlternating(
  { run, options, io, signal }: ModelContext,
  fit: PlannedFit,
  candidates: readonly Candidate[],
): Promise<Round[][]> {
  const { modelId, device } = fit.job;
  const limits = { signal, timeoutSeconds: options.timeout };
  const env = threadEnvironment(options.threads, device);
  const title = (id: string, round: number): string => `${id} (${round}/${options.rounds})`;
  let parameterCount: number | null = null;
  const fitModel = async (round: number): Promise<Round> => {
    const done = await fitOurs(fit, title(modelId, round), limits, io);
    if (done.ended.status === 'ok') ({ parameterCount } = done.ended.outcome);
    return done;
  };
  const fitReference = ({ id, recipe, command, versions, values }: Candidate) => {
    const job = referenceJob(recipe, values, run.split, Object.keys(versions));
    const fitOnce = async () =>
      checkParameterCount(await runReferenceProcess(command, job, recipe.library, { ...limits, env }), parameterCount);
    return (round: number): Promise<Round> => watchFit(title(id, round), io, fitOnce);
  };
  return alternate([fitModel, ...candidates.map(fitReference)], options.rounds, signal);
}

/** Writes and returns the record of a reference's median round. */
async function recordReference(
  context: ModelContext,
  fit: PlannedFit,
  { id, recipe, versions, values }: Candidate,
  rounds: readonly Round[],
): Promise<FitRecord> {
  const { run, options } = context;
  const { library, estimator } = recipe;
  const { model } = fit.facts;
  const facts = {
    ...factsOf(options, fit),
    model: {
      id,
      role: 'reference' as const,
      referenceOf: model.id,
      family: model.family,
      kind: model.kind,
      engine: `${library.id} ${versions[library.package]}`,
      summary: `${estimator} with the parameters of ${model.id}`,
      source: library.source,
      params: values,
      sourceHash: await referenceHash(recipe),
    },
  };
  const record = recordOf({ ...run.facts, packages: { ...versions } }, facts, rounds);
  return keepLatest(referenceFile(context, id, fit), record, context.io);
}

/** States the facts of our fit, with the command that measures its references too. */
function factsOf(options: ReferencesOptions, fit: PlannedFit) {
  return { ...fit.facts, command: referencesCommandOf(options, fit.job.modelId) };
}

/** Builds the record of the median round. */
function recordOf(run: RunFacts, facts: Omit<FitFacts, 'startedAt'>, rounds: readonly Round[]): FitRecord {
  const { startedAt, ended } = medianRound(rounds);
  return buildRecord(run, { ...facts, startedAt }, ended);
}

/**
 * Turns a reference's fit into a failure when its network differs from ours.
 *
 * @param ours parameters of our network; null when our model is not a network, or did not finish
 */
export function checkParameterCount(ended: ProcessOutcome, ours: number | null): ProcessOutcome {
  if (ended.status !== 'ok') return ended;
  const { outcome, ...facts } = ended;
  const { parameterCount } = outcome;
  if (ours === null || parameterCount === null || ours === parameterCount) return ended;
  const message = `the reference's network differs from ours: it has ${parameterCount} parameters, expected ${ours}`;
  return { ...facts, status: 'failed', error: { kind: 'parameters', message, stack: null } };
}

/** Hashes a reference's code: its programs, the pinned packages and its recipe. */
async function referenceHash(recipe: ReferenceRecipe): Promise<string> {
  const hash = createHash('sha256');
  const { library, ...rest } = recipe;
  for (const file of [REFERENCE_PROGRAM, library.requirements, ...(library.programs ?? [])])
    hash.update(await readFile(pythonFile(file)));
  return hash.update(JSON.stringify(rest)).digest('hex');
}
