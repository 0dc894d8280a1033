// Which fits count when a folder holds several of one model.

import { groupBy } from '../../base/group-by.ts';
import { sortedParams } from '../../results/params.ts';
import type { FitRecord } from '../../results/schema.ts';
import { latestRecords, ofPresentCode } from '../../results/select.ts';

/**
 * Picks the fits that count: of one model, parameters and seed the newest with its repeats, and none that an earlier
 * version of a model's code made.
 *
 * @param records of one benchmark, split and machine
 * @returns the fits, newest first, and a sentence for each model of which a fit was left out that was not made again
 */
export function presentFits(records: readonly FitRecord[]): { kept: FitRecord[]; cautions: string[] } {
  const byModel = [...groupBy(newestFirst(records), ({ model }) => model.id).values()].map((all) => {
    const kept = ofPresentCode(all.map((record) => ({ record }))).map(({ record }) => record);
    // The same command made it again, though perhaps with other defaults: nothing of it is missing.
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
          ? `${id} has changed since one of its fits, which is left out.`
          : `${id} has changed since ${older} of its fits, which are left out.`,
      ),
  };
}

/** Says what was fitted, seeds and repeats aside. */
export function kindOf({ model }: FitRecord): string {
  return JSON.stringify([model.id, sortedParams(model.params)]);
}

function newestFirst(records: readonly FitRecord[]): FitRecord[] {
  return latestRecords(records.map((record) => ({ record })))
    .map(({ record }) => record)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}
