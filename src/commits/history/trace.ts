// Which fits of one commit go on where those of an earlier one left off: as `npm run diff` pairs two sides.

import type { FitRecord } from '../../results/schema.ts';
import { pairFits } from '../compare/pair.ts';

/** The fits of one model at one state. */
export interface TracedFits {
  /** Index of the state. */
  readonly state: number;
  /** At least one; failures among them. */
  readonly records: readonly FitRecord[];
}

/** One model through the states, with one set of parameters where it has several. */
export interface Trace {
  /** The id, and what sets it apart where there are several of it. */
  readonly name: string;
  readonly modelId: string;
  readonly fits: readonly TracedFits[];
}

/**
 * Follows every model from state to state. Where a state has one set of parameters of a model, and so has what was
 * measured before, the line goes on whether they are equal or not; else equal ones go on.
 *
 * @param states the records of each, in order
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
