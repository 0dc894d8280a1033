// The section Failures: fits that did not finish, and why.
import { facts, type Section, section } from '../../document/blocks.ts';
import { duration } from '../../document/format.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when every fit finished. */
export function failures(comparison: Comparison): Section | null {
  return section(sectionId(comparison, 'failures'), 'Failures', [
    facts(
      comparison.rows.flatMap((row) =>
        row.failures.map(({ seed, status, afterSeconds, kind, message }) => ({
          name: `${row.name}, seed ${seed}`,
          text: `${status} after ${duration(afterSeconds)}. ${kind}: ${message}`,
        })),
      ),
    ),
  ]);
}
