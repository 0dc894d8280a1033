// The outcome of a comparison: whether a metric that counts is worse or has no verdict.
import { oneLine } from '../../document/escape.ts';
import { titleOf } from './change-text.ts';
import type { Diff, ModelDiff } from './diff-data.ts';

/** What counts. */
export interface OutcomeOptions {
  /** Ids of the metrics that must not be worse. */
  readonly failOn: readonly string[];
  /** Whether models and metrics may be missing before or after. */
  readonly allowMissing: boolean;
  /** Models without a record before or after, with the place: `knn (no record after)`. */
  readonly lacking?: readonly string[];
  /** Ids of models whose code is there only before. */
  readonly removed?: readonly string[];
  /** Ids of models whose code is there only after. */
  readonly added?: readonly string[];
}

/** The outcome of a comparison. */
export interface Outcome {
  /** 0: nothing is worse; 1: something is worse, or a model failed; 2: a verdict is missing, or nothing can be compared. */
  readonly code: 0 | 1 | 2;
  /** The models that are worse or have no verdict, each with the cause; empty for 0. */
  readonly reasons: readonly string[];
  /** Ids of the metrics that count. */
  readonly failOn: readonly string[];
}

/**
 * Finds the outcome. A worse metric and a model that fails now outweigh a missing verdict. A model that failed before and does
 * not fail any more is no reason.
 *
 * @param diff what changed
 * @param options what counts
 */
export function outcomeOf(diff: Diff, options: OutcomeOptions): Outcome {
  const { failOn, allowMissing, lacking = [], removed = [], added = [] } = options;
  const worse = diff.models.flatMap(({ name, metrics }) => {
    const titles = metrics.filter(({ metric, verdict }) => failOn.includes(metric) && verdict === 'worse');
    return titles.length > 0 ? [`${name} (${titles.map(({ metric }) => titleOf(metric)).join(', ')})`] : [];
  });
  const bad = [...worse, ...failedAfter(diff)];
  if (bad.length > 0) return { code: 1, reasons: bad, failOn };
  // A model whose code is there lacks a record; otherwise the model itself is missing.
  const lacks = (name: string): boolean => lacking.some((one) => one.startsWith(`${name} (`));
  const isRemoved = (id: string): boolean => removed.includes(id);
  const gone = diff.onlyBefore.filter(({ name, modelId }) => !lacks(name) && !isRemoved(modelId));
  const missing = allowMissing
    ? []
    : [
        ...lacking,
        ...gone.map(({ name }) => `${name} (missing after)`),
        ...removed.map((id) => `${id} (removed: the code after does not have it)`),
      ];
  const undecided = [...missing, ...diff.models.flatMap((model) => undecidedMetrics(model, failOn, allowMissing))];
  const isEmpty = diff.models.length === 0 && added.length === 0 && removed.length === 0;
  if (isEmpty) return { code: 2, reasons: ['no model both before and after', ...undecided], failOn };
  return { code: undecided.length > 0 ? 2 : 0, reasons: undecided, failOn };
}

/** Names the models that fail after and did not fail before. */
function failedAfter({ models, onlyAfter }: Diff): string[] {
  const broken = models
    .filter(({ unfinishedSeeds, seeds }) => unfinishedSeeds.after.length > 0 && seeds.before.length > 0)
    .map(({ name, failures }) => ({ name, failures: failures.after }));
  return [...broken, ...onlyAfter.filter(({ failures }) => failures.length > 0)].map(
    ({ name, failures }) => `${name} (failed after, ${oneLine(failures[0]!)})`,
  );
}

function undecidedMetrics(
  { name, metrics, failures, seeds }: ModelDiff,
  failOn: readonly string[],
  allowMissing: boolean,
): string[] {
  const counting = metrics.filter(({ metric }) => failOn.includes(metric));
  const incomparable = counting.find(({ verdict }) => verdict === 'incomparable');
  if (incomparable) return [`${name} (${titleOf(incomparable.metric)} incomparable: ${incomparable.evidence})`];
  if (allowMissing) return [];
  const isMended = seeds.before.length === 0 && failures.before.length > 0 && seeds.after.length > 0;
  if (isMended) return [];
  const open = counting.find(({ verdict, isTested }) => verdict === 'unmeasured' || !isTested);
  return open ? [`${name} (${titleOf(open.metric)} ${open.verdict}: ${open.evidence})`] : [];
}
