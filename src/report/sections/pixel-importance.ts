// The section Pixel importance: weights or importances of pixels in models that have them.
import { chart, grid, note, type Section, section } from '../../document/blocks.ts';
import { pixelMapsChart } from '../charts/pixel-maps-chart.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no model has maps of pixels. */
export function pixelImportance(comparison: Comparison): Section | null {
  const models = finishedModels(comparison).map((row) => ({
    heading: row.name,
    blocks: [chart(`pixels-${row.slug}`, () => pixelMapsChart(row))],
  }));
  if (models.every(({ blocks }) => blocks[0] === null)) return null;
  return section(sectionId(comparison, 'pixels'), 'Pixel importance', [
    note(
      'Blue is positive, orange negative, deeper is larger. All maps of a model share one scale, whose deepest colour is the ' +
        '99th percentile. A positive weight means that a bright pixel speaks for the class; an importance is never negative.',
    ),
    grid(models),
  ]);
}
