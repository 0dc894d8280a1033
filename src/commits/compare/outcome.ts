// What a comparison comes to: whether anything that was asked for is worse, or cannot be told.
import { oneLine } from '../../document/escape.ts';
import { titleOf } from './change-text.ts';
import type { Diff, MetricId, ModelDiff } from './diff-data.ts';

/** What counts. */
export interface OutcomeOptions {
  /** Metrics whose `worse` counts. */
  readonly failOn: readonly MetricId[];
  /** Whether models and metrics that a side lacks are no obstacle. */
  readonly allowMissing: boolean;
}

/** What a comparison comes to. */
export interface Outcome {
  /** 0 nothing worse, 1 something worse, 2 incomparable or nothing to compare. */
  readonly code: 0 | 1 | 2;
  /** Why, each in a few words; none when nothing is worse. */
  readonly reasons: readonly string[];
  /** Metrics that it is about. */
  readonly failOn: readonly MetricId[];
}

/**
 * Draws the outcome. What is worse outweighs what cannot be told.
 *
 * @param diff what changed
 * @param options what counts
 */
export function outcomeOf(diff: Diff, { failOn, allowMissing }: OutcomeOptions): Outcome {
  const worse = diff.models.flatMap(({ name, metrics }) => {
    const titles = metrics.filter(({ metric, verdict }) => failOn.includes(metric) && verdict === 'worse');
    return titles.length > 0 ? [`${name} (${titles.map(({ metric }) => titleOf(metric)).join(', ')})`] : [];
  });
  if (worse.length > 0) return { code: 1, reasons: worse, failOn };
  const missing = allowMissing ? [] : diff.onlyBefore.map((name) => `${name} (missing after)`);
  const untold = [...missing, ...diff.models.flatMap((model) => untoldOf(model, failOn, allowMissing))];
  if (diff.models.length === 0) return { code: 2, reasons: ['no model on both sides', ...untold], failOn };
  return { code: untold.length > 0 ? 2 : 0, reasons: untold, failOn };
}

function untoldOf(
  { name, metrics, failures, seeds }: ModelDiff,
  failOn: readonly MetricId[],
  allowMissing: boolean,
): string[] {
  const asked = metrics.filter(({ metric }) => failOn.includes(metric));
  const incomparable = asked.find(({ verdict }) => verdict === 'incomparable');
  if (incomparable) return [`${name} (${titleOf(incomparable.metric)} incomparable: ${incomparable.evidence})`];
  if (allowMissing) return [];
  if (failures.after.length > 0 && seeds.before.length > 0) {
    return [`${name} (failed after, ${oneLine(failures.after[0]!)})`];
  }
  const unmeasured = asked.find(({ verdict }) => verdict === 'unmeasured');
  return unmeasured ? [`${name} (${titleOf(unmeasured.metric)} unmeasured: ${unmeasured.evidence})`] : [];
}
