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
}

/** The outcome of a comparison. */
export interface Outcome {
  /** 0: nothing is worse; 1: something is worse; 2: a verdict is missing, or there is nothing to compare. */
  readonly code: 0 | 1 | 2;
  /** The models that are worse or have no verdict, each with the cause; empty for 0. */
  readonly reasons: readonly string[];
  /** Ids of the metrics that count. */
  readonly failOn: readonly string[];
}

/**
 * Finds the outcome. A worse metric outweighs a missing verdict.
 *
 * @param diff what changed
 * @param options what counts
 */
export function outcomeOf(diff: Diff, { failOn, allowMissing, lacking = [] }: OutcomeOptions): Outcome {
  const worse = diff.models.flatMap(({ name, metrics }) => {
    const titles = metrics.filter(({ metric, verdict }) => failOn.includes(metric) && verdict === 'worse');
    return titles.length > 0 ? [`${name} (${titles.map(({ metric }) => titleOf(metric)).join(', ')})`] : [];
  });
  if (worse.length > 0) return { code: 1, reasons: worse, failOn };
  // A model whose code is there lacks a record; otherwise the model itself is missing.
  const lacks = (name: string): boolean => lacking.some((one) => one.startsWith(`${name} (`));
  const gone = diff.onlyBefore.filter((name) => !lacks(name)).map((name) => `${name} (missing after)`);
  const missing = allowMissing ? [] : [...lacking, ...gone];
  const undecided = [...missing, ...diff.models.flatMap((model) => undecidedMetrics(model, failOn, allowMissing))];
  if (diff.models.length === 0) return { code: 2, reasons: ['no model both before and after', ...undecided], failOn };
  return { code: undecided.length > 0 ? 2 : 0, reasons: undecided, failOn };
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
  if (failures.after.length > 0 && seeds.before.length > 0) {
    return [`${name} (failed after, ${oneLine(failures.after[0]!)})`];
  }
  const unmeasured = counting.find(({ verdict }) => verdict === 'unmeasured');
  return unmeasured ? [`${name} (${titleOf(unmeasured.metric)} unmeasured: ${unmeasured.evidence})`] : [];
}
