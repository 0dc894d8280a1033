// The section Learning curves: accuracy and loss by epoch.
import { chart, grid, type Section, section } from '../../document/blocks.ts';
import { type CurveKind, learningCurveChart } from '../charts/learning-curve-chart.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

const KINDS: readonly CurveKind[] = ['accuracy', 'loss'];

/** Describes the section; null when no model has two epochs. A fit that did not finish has the curve until its end. */
export function learningCurves(comparison: Comparison): Section | null {
  return section(sectionId(comparison, 'curves'), 'Learning curves', [
    grid(
      comparison.rows
        .filter(({ role }) => role === 'model')
        .map((row) => ({
          heading: row.status === 'ok' ? row.name : `${row.name} (${row.status})`,
          blocks: KINDS.map((kind) => chart(`curve-${kind}-${row.slug}`, () => learningCurveChart(row, kind))),
        })),
      true,
    ),
  ]);
}
