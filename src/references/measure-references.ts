// Measures our models alternating with their reference implementations, on the same split.
import type { ReferenceRecipe } from '../base/reference-recipe.ts';
import { isSameMachine } from '../results/machine-identity.ts';
import { readRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import {
  type MeasuredModels,
  type ModelContext,
  measureModel,
  REFERENCE_PROGRAM,
  type Reference,
  referenceFile,
} from './measure-model.ts';
import { type ReferencesOptions, referencesCommandOf } from './options.ts';
import { prepareRun, type RunRequest } from './prepare-run.ts';
import { ensureEnvironment } from './python-environment.ts';
import { pinnedVersions, pythonFile, referenceId, referencesOf, versionsOf } from './recipes.ts';

/**
 * Measures models and their references and writes a record of each.
 *
 * @param request with all recipes to choose from
 * @returns what was measured before the signal aborted; with `skipExisting`, existing records too, without comparisons
 * @throws UserError when a model has no reference, or Python, the engine or the data is not available
 */
export async function measureReferences(
  request: RunRequest<ReferencesOptions> & { readonly recipes: readonly ReferenceRecipe[] },
): Promise<MeasuredModels> {
  const { adapters, options, io, signal } = request;
  const recipes = adapters.map(({ id }) => referencesOf(request.recipes, id, options.libraries));
  const run = await prepareRun(request, options.limit);
  const context: ModelContext = { run, options, io, signal };
  const measured: MeasuredModels[] = [];
  const missing: { fit: PlannedFit; references: readonly Reference[] }[] = [];
  for (const [i, fit] of run.fits.entries()) {
    const existing = options.skipExisting ? await existingRecords(context, fit, recipes[i]!) : null;
    if (existing) {
      io.err(`${fit.job.modelId}: skipped, its records exist`);
      measured.push({ records: existing, comparisons: [] });
    } else missing.push({ fit, references: await provideReferences(context, recipes[i]!) });
  }
  for (const { fit, references } of missing) {
    const one = signal.aborted ? null : await measureModel(context, fit, references);
    if (one) measured.push(one);
  }
  return {
    records: measured.flatMap(({ records }) => records),
    comparisons: measured.flatMap(({ comparisons }) => comparisons),
  };
}

/** Reads the records of a model and its references; null when one is missing, unfinished or of another command. */
async function existingRecords(
  context: ModelContext,
  fit: PlannedFit,
  recipes: readonly ReferenceRecipe[],
): Promise<FitRecord[] | null> {
  const files = [fit.file, ...recipes.map((recipe) => referenceFile(context, referenceId(recipe), fit))];
  const records = await Promise.all(files.map((file) => readRecord(file).catch(() => null)));
  const command = referencesCommandOf(context.options, fit.job.modelId);
  const isDone = (record: FitRecord | null): record is FitRecord =>
    record !== null &&
    isFinished(record) &&
    isSameMachine(record.machine, context.run.facts.machine) &&
    record.command === command &&
    (record.model.role === 'reference' || record.model.codeHash === fit.facts.model.codeHash);
  return records.every(isDone) ? records : null;
}

/** Finds the Python of each reference, or makes an environment for it. */
async function provideReferences(
  { options: { python: own }, io }: ModelContext,
  recipes: readonly ReferenceRecipe[],
): Promise<Reference[]> {
  const references: Reference[] = [];
  for (const recipe of recipes) {
    const { library } = recipe;
    const onStep = (step: string): void => io.err(`${library.id}: ${step}`);
    const python = own ?? (await ensureEnvironment(pythonFile(library.requirements), { onStep }));
    const versions = own === undefined ? await pinnedVersions(library) : await versionsOf(library, own);
    references.push({ recipe, command: [python, REFERENCE_PROGRAM], versions });
  }
  return references;
}
