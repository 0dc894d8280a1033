// The section Traditional and deep: both kinds of models summed up.
import { type Section, section, table } from '../../document/blocks.ts';
import { duration, percentage } from '../../document/format.ts';
import type { Comparison } from '../model/report-data.ts';
import { commitsNote, kindSymbol } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no model finished. */
export function traditionalAndDeep(comparison: Comparison): Section | null {
  const { sides, origin } = comparison;
  if (sides.length === 0) return null;
  return section(sectionId(comparison, 'kinds'), 'Traditional and deep', [
    table(
      [
        { head: 'kind' },
        { head: 'models' },
        { head: 'best', align: 'left' },
        { head: 'median accuracy' },
        { head: 'fit', align: 'left' },
        { head: 'predict', align: 'left' },
      ],
      sides.map(({ kind, count, best, medianAccuracy, fitSeconds, predictSeconds }) => [
        { text: kind, symbol: kindSymbol(kind) },
        String(count),
        `${percentage(best.accuracy)} ${best.name}`,
        percentage(medianAccuracy),
        range(fitSeconds),
        range(predictSeconds),
      ]),
    ),
    commitsNote(origin.commits),
  ]);
}

function range([low, high]: readonly [number, number]): string {
  return low === high ? duration(low) : `${duration(low)} to ${duration(high)}`;
}
