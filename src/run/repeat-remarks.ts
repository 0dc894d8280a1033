// Says what became of the earlier runs of a fit when another one was kept.
import type { KeptRecord } from '../results/keep-record.ts';
import { isSameCode } from '../results/same-code.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';

/**
 * Describes the place of a record among the runs of its fit.
 *
 * @param record of the run that ended
 * @param kept what was kept of it; null for nothing
 * @returns sentences without a full stop; empty for a first run
 */
export function remarksOnRepeats(record: FitRecord, kept: KeptRecord | null): string[] {
  if (kept === null) return ['the earlier record stays; this run is not kept'];
  const { replaced, others } = kept;
  if (others.length === 0 && replaced === null) return [];
  const name = `repeat ${kept.record.repeat}`;
  if (!isFinished(kept.record)) return [`the finished record stays; this run is kept as ${name}`];
  const { predictions } = kept.record;
  const alike = others.filter((other) => isSameCode(other, record) && other.predictions !== predictions);
  return [
    replaced === null
      ? `kept as ${name} of this fit`
      : `kept as ${name} of this fit, in place of the oldest, of ${dayOf(replaced)}`,
    ...(alike[0] === undefined
      ? []
      : [
          `the predictions differ from those of repeat ${alike[0].repeat}, of ${dayOf(alike[0])}, with the same code and seed: ` +
            'npm run rerun names what differs',
        ]),
  ];
}

function dayOf({ startedAt }: FitRecord): string {
  return startedAt.slice(0, 10);
}
