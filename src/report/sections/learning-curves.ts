// The section Learning curves: accuracy and loss by epoch.
import { chart, grid, type Section, section } from '../../document/blocks.ts';
import { type CurveKind, learningCurveChart } from '../charts/learning-curve-chart.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

const KINDS: readonly CurveKind[] = ['accuracy', 'loss'];

/** Describes the section; null when no model has two epochs. */
export function learningCurves(comparison: Comparison): Section | null {
  return section(sectionId(comparison, 'curves'), 'Learning curves', [
    grid(
      finishedModels(comparison).map((row) => ({
        heading: row.name,
        blocks: KINDS.map((kind) => chart(`curve-${kind}-${row.slug}`, () => learningCurveChart(row, kind))),
      })),
      true,
    ),
  ]);
}
