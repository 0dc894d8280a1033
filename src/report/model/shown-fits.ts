// Which fits a report shows when a folder holds several of one model.

import { groupBy } from '../../base/group-by.ts';
import { sortedParams } from '../../results/params.ts';
import type { FitRecord } from '../../results/schema.ts';
import { latestRecords, ofPresentCode } from '../../results/select.ts';

/**
 * Picks the fits that a report shows: of one model, parameters and seed the newest with its repeats. Fits of a model's
 * older code are left out where newer code was measured.
 *
 * @param records of one benchmark, split and machine
 * @returns the fits, newest first, and a sentence for each model whose fit was left out and not made again
 */
export function shownFits(records: readonly FitRecord[]): { kept: FitRecord[]; cautions: string[] } {
  const byModel = [...groupBy(newestFirst(records), ({ model }) => model.id).values()].map((all) => {
    const kept = ofPresentCode(all.map((record) => ({ record }))).map(({ record }) => record);
    // The same command made it again, perhaps with other defaults: nothing is missing.
    const remade = new Set(kept.map(({ command }) => command));
    const older = all.filter((record) => !kept.includes(record) && !remade.has(record.command)).length;
    return { id: all[0]!.model.id, kept, older };
  });
  return {
    kept: byModel.flatMap(({ kept }) => kept),
    cautions: byModel
      .filter(({ older }) => older > 0)
      .map(({ id, older }) =>
        older === 1
          ? `One fit of ${id} is left out: the model's code has changed since.`
          : `${older} fits of ${id} are left out: the model's code has changed since.`,
      ),
  };
}

/** Gives a key of what was fitted: the model and its parameters. */
export function fitKey({ model }: FitRecord): string {
  return JSON.stringify([model.id, sortedParams(model.params)]);
}

function newestFirst(records: readonly FitRecord[]): FitRecord[] {
  return latestRecords(records.map((record) => ({ record })))
    .map(({ record }) => record)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}
