// Follows the fits of a model from commit to commit, paired as in `npm run diff`.
import type { FitRecord } from '../../results/schema.ts';
import { pairFits } from '../compare/pair.ts';

/** The fits of one model at one commit. */
export interface TracedFits {
  /** Index of the measured commit. */
  readonly state: number;
  /** At least one, failed fits included. */
  readonly records: readonly FitRecord[];
}

/** One model over commits. A model with several sets of parameters has one trace for each. */
export interface Trace {
  /** The id, with the parameters that differ where there are several traces of the model. */
  readonly name: string;
  readonly modelId: string;
  readonly fits: readonly TracedFits[];
}

/**
 * Follows every model from commit to commit. Where a commit and the measurement before have one set of parameters of a model,
 * the trace continues even if they differ. Otherwise equal sets continue.
 *
 * @param states the records of each measured commit, in order
 * @returns by name
 */
export function traceModels(states: readonly (readonly FitRecord[])[]): Trace[] {
  const traces: { modelId: string; fits: TracedFits[] }[] = [];
  const last = ({ fits }: { fits: readonly TracedFits[] }): readonly FitRecord[] => fits.at(-1)!.records;
  for (const [state, records] of states.entries()) {
    for (const { modelId, before, after } of pairFits(traces.flatMap(last), records)) {
      if (after.length === 0) continue;
      const own = traces.find((trace) => before.includes(last(trace)[0]!));
      if (own) own.fits.push({ state, records: after });
      else traces.push({ modelId, fits: [{ state, records: after }] });
    }
  }
  const named = pairFits(
    [],
    traces.map((trace) => last(trace)[0]!),
  );
  return named
    .map(({ name, modelId, after }) => {
      const { fits } = traces.find((trace) => last(trace)[0] === after[0])!;
      return { name, modelId, fits };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
