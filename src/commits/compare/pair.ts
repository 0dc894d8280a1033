// Pairs the fits before with the fits after.
import { groupBy } from '../../base/group-by.ts';
import { integer } from '../../document/format.ts';
import { sortedParams } from '../../results/params.ts';
import type { FitRecord } from '../../results/schema.ts';

/** The fits of one model with one set of parameters, before and after. */
export interface PairedFits {
  /** The model's id, with the parameters that differ where there are several sets of them: `knn (k=5)`. */
  readonly name: string;
  readonly modelId: string;
  /** Empty where the model was not measured. */
  readonly before: readonly FitRecord[];
  readonly after: readonly FitRecord[];
}

type Pair = Pick<PairedFits, 'before' | 'after'>;

/**
 * Pairs fits by model. Where a model has several sets of parameters, or several splits, equal ones are paired. Where it has
 * one set before and one after, these are paired even if they differ.
 *
 * @param before records of one benchmark
 * @param after likewise
 * @returns in the order of the records after; models that were measured only before come last
 */
export function pairFits(before: readonly FitRecord[], after: readonly FitRecord[]): PairedFits[] {
  const ids = [...new Set([...after, ...before].map(({ model }) => model.id))];
  return ids.flatMap((modelId) => {
    const own = (records: readonly FitRecord[]): FitRecord[] => records.filter(({ model }) => model.id === modelId);
    const sets = pairSets({ before: own(before), after: own(after) }, paramsKey);
    const setNames = sets.length > 1 ? paramNames(sets) : [''];
    return sets.flatMap((set, i) => {
      const splits = pairSets(set, ({ dataset }) => dataset.splitHash);
      const splitNames = splits.length > 1 ? splitNamesOf(splits) : [''];
      return splits.map((fits, at) => {
        const apart = [setNames[i]!, splitNames[at]!].filter((part) => part !== '').join(', ');
        return { ...fits, modelId, name: apart === '' ? modelId : `${modelId} (${apart})` };
      });
    });
  });
}

function pairSets({ before, after }: Pair, keyOf: (record: FitRecord) => string): Pair[] {
  const [one, other] = [groupBy(before, keyOf), groupBy(after, keyOf)];
  if (one.size <= 1 && other.size <= 1) return [{ before, after }];
  const keys = [...new Set([...other.keys(), ...one.keys()])];
  return keys.map((key) => ({ before: one.get(key) ?? [], after: other.get(key) ?? [] }));
}

function paramsKey({ model }: FitRecord): string {
  return JSON.stringify(sortedParams(model.params));
}

/** Names each set by the parameters that differ between the sets. */
function paramNames(sets: readonly Pair[]): string[] {
  const all = sets.map((set) => firstOf(set).model.params);
  const names = [...new Set(all.flatMap((params) => Object.keys(params)))];
  const varying = names.filter((name) => new Set(all.map((params) => params[name])).size > 1);
  return all.map((params) =>
    varying.map((name) => (name in params ? `${name}=${params[name]}` : `${name} absent`)).join(', '),
  );
}

/** Names each split by the number of training images, or by its hash where two splits have the same number. */
function splitNamesOf(splits: readonly Pair[]): string[] {
  const datasets = splits.map((split) => firstOf(split).dataset);
  const isEnough = new Set(datasets.map(({ train }) => train)).size === datasets.length;
  return datasets.map(({ train, splitHash }) =>
    isEnough ? `${integer(train)} images` : `split ${splitHash.slice(0, 8)}`,
  );
}

function firstOf({ before, after }: Pair): FitRecord {
  return (before[0] ?? after[0])!;
}
