// The rows of the README's table, from the stages of the benchmark that measures it.
import { headline } from '../../benchmarks/headline.ts';
import { referenceRecipes } from '../../benchmarks/reference-recipes.ts';
import { referencesCommandOf } from '../references/options.ts';
import { referenceId, referencesOf } from '../references/recipes.ts';
import type { HeadlineRequest } from '../report/model/headline-rows.ts';

/** The command that measures the table. */
export const HEADLINE_COMMAND = `npm run bench -- --benchmark ${headline.id}`;

/** Lists the rows, with the command that their records state. */
export function headlineRequests(): HeadlineRequest[] {
  return headline.stages.flatMap((stage) => {
    if (stage.measure !== 'references') return [];
    const { libraries, rounds } = stage;
    const options = { libraries, rounds, set: [], threads: 1, device: 'cpu', out: '' } as const;
    return stage.models.flatMap((modelId) =>
      referencesOf(referenceRecipes, modelId, libraries).map((recipe) => ({
        modelId,
        referenceId: referenceId(recipe),
        command: referencesCommandOf(options, modelId),
      })),
    );
  });
}
