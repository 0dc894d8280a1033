// `npm run references`: ours and its references in turn on the very same split, the median round of each a record.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fashionMnist } from '../../benchmarks/fashion-mnist.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import type { ProcessOutcome } from '../../src/run/fit-process.ts';
import type { PlannedFit } from '../../src/run/run-fits.ts';
import type { Io } from '../../src/terminal/io.ts';
import { stopOnSignals } from '../../src/terminal/stop.ts';
import { type Comparison, comparePair, comparisonTable } from './comparison.ts';
import { ensureEnvironment } from './python-environment.ts';
import { argumentsOf, pinnedVersions, type ReferenceRecipe, referenceId, referencesOf, versionsOf } from './recipes.ts';
import { referenceJob, runReferenceProcess, threadEnvironment } from './reference-process.ts';
import { medianRound, takeTurns } from './rounds.ts';
import {
  commandOf,
  finish,
  fitOurs,
  type ReferencesOptions,
  recordOf,
  SEED,
  type Stage,
  setStage,
  watch,
} from './stage.ts';

const REFERENCE_PROGRAM = fileURLToPath(new URL('./reference.py', import.meta.url));

/** A reference about to be measured. */
export interface Reference {
  readonly recipe: ReferenceRecipe;
  /** Program and arguments before the job's and the answer's file. */
  readonly command: readonly [string, ...string[]];
  /** Version by package that it runs on. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Measures our models beside their references, writes a record each and prints the comparison.
 *
 * @throws UserError when a model has no reference, or Python, engine or data cannot be had
 */
export async function measureReferences(options: ReferencesOptions, io: Io): Promise<void> {
  const chosen: Reference[][] = [];
  for (const recipesOfModel of options.models.map((id) => referencesOf(id, options.references))) {
    const references: Reference[] = [];
    for (const recipe of recipesOfModel) references.push(await provideReference(recipe, options, io));
    chosen.push(references);
  }
  // The default comparison's split, so that these records stand beside its own.
  const benchmark = { ...fashionMnist, id: 'references', models: options.models, latencyBatches: [] };
  const stage = await setStage(benchmark, options.limit, options, io);
  const stop = stopOnSignals(io);
  const records: FitRecord[] = [];
  const comparisons: Comparison[] = [];
  for (const [i, references] of chosen.entries()) {
    const measured = await measureModel(stage, stage.fits[i]!, references, options, stop.signal, io);
    if (!measured) break;
    records.push(...measured.records);
    comparisons.push(...measured.comparisons);
  }
  stop.release();
  if (options.json) io.out(JSON.stringify(comparisons, null, 2));
  else if (comparisons.length > 0) io.out(`\n${comparisonTable(comparisons)}`);
  finish(records, stop.signal, options, io);
}

/** Finds the Python that a reference runs on, or makes an environment for it. */
async function provideReference(
  recipe: ReferenceRecipe,
  { python: own }: ReferencesOptions,
  io: Io,
): Promise<Reference> {
  const { library } = recipe;
  const python =
    own ?? (await ensureEnvironment(library.requirements, { onStep: (step) => io.err(`${library.id}: ${step}`) }));
  const versions = own === undefined ? await pinnedVersions(library) : await versionsOf(library, own);
  return { recipe, command: [python, REFERENCE_PROGRAM], versions };
}

/**
 * Measures one of our models and its references, and writes a record each. In every round each fits once, ours first: one fit
 * of ours is compared with all references of its round.
 *
 * @param fit of our model, one of the stage's
 * @param references at least one
 * @returns our record before the references', a comparison for each reference; null when the user stopped it: a part of the rounds
 *   is worth nothing
 */
export async function measureModel(
  { split, facts }: Omit<Stage, 'fits'>,
  fit: PlannedFit,
  references: readonly Reference[],
  options: ReferencesOptions,
  signal: AbortSignal,
  io: Io,
): Promise<{ records: FitRecord[]; comparisons: Comparison[] } | null> {
  const { modelId, params, device } = fit.job;
  const env = threadEnvironment(options.threads, device);
  const title = (id: string, round: number): string => `${id} (${round}/${options.rounds})`;
  const candidates = references.map(({ recipe, command, versions }) => {
    const values = argumentsOf(recipe, params, { threads: options.threads, seed: SEED });
    const job = referenceJob(recipe, values, split, Object.keys(versions));
    return { recipe, id: referenceId(recipe), command, versions, values, job };
  });
  let parameterCount: number | null = null;
  const [ours = [], ...theirs] = await takeTurns(
    [
      async (round) => {
        const done = await fitOurs(fit, title(modelId, round), { signal }, io);
        if (done.ended.status === 'ok') ({ parameterCount } = done.ended.outcome);
        return done;
      },
      ...candidates.map(({ id, recipe, command, job }) => (round: number) => {
        const run = async () =>
          checkParameterCount(await runReferenceProcess(command, job, recipe.library, { signal, env }), parameterCount);
        return watch(title(id, round), io, run);
      }),
    ],
    options.rounds,
    signal,
  );
  if (signal.aborted) return null;

  const own = { ...fit.facts, command: commandOf(options, modelId) };
  const ourRecord = recordOf(facts, own, medianRound(ours));
  await writeRecord(fit.file, ourRecord);
  const records = [ourRecord];
  const comparisons: Comparison[] = [];
  for (const [i, { recipe, id, versions, values }] of candidates.entries()) {
    const { library, estimator } = recipe;
    const model = {
      id,
      role: 'reference' as const,
      referenceOf: modelId,
      family: fit.facts.model.family,
      kind: fit.facts.model.kind,
      engine: `${library.id} ${versions[library.package]}`,
      summary: `${estimator} with the parameters of ${modelId}`,
      source: library.source,
      params: values,
      sourceHash: await referenceHash(recipe),
    };
    const { machine, git } = facts;
    const { variant } = fit;
    const file = recordPath(path.resolve(options.out), { machine, git, model, seed: SEED, repeat: 1, variant });
    const record = recordOf({ ...facts, packages: { ...versions } }, { ...own, model }, medianRound(theirs[i]!));
    await writeRecord(file, record);
    records.push(record);
    comparisons.push(comparePair({ ours: modelId, reference: id }, ours, theirs[i]!));
  }
  return { records, comparisons };
}

/**
 * Makes a failure of a reference's fit whose network is not the same as ours.
 *
 * @param ours parameters of our network; null when our model is none, or did not finish
 */
export function checkParameterCount(ended: ProcessOutcome, ours: number | null): ProcessOutcome {
  if (ended.status !== 'ok') return ended;
  const { outcome, ...facts } = ended;
  const theirs = outcome.parameterCount;
  if (ours === null || theirs === null || ours === theirs) return ended;
  const message = `another network than ours: ${theirs} parameters instead of ${ours}`;
  return { ...facts, status: 'failed', error: { kind: 'parameters', message, stack: null } };
}

/** The fingerprint of a reference's code: its program, the pinned packages and its recipe. */
async function referenceHash(recipe: ReferenceRecipe): Promise<string> {
  const hash = createHash('sha256');
  const { library, ...rest } = recipe;
  for (const file of [REFERENCE_PROGRAM, library.requirements, ...(library.programs ?? [])])
    hash.update(await readFile(file));
  return hash.update(JSON.stringify(rest)).digest('hex');
}
