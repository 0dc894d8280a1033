// The section Pixel importance: weights or importances of pixels in models that have them.
import { chart, grid, interactive, note, type Section, section } from '../../document/blocks.ts';
import { dataUri } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import { type PixelMaps, pixelMapPng, pixelMapsChart, pixelMapsOf } from '../charts/pixel-maps-chart.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no model has maps of pixels. */
export function pixelImportance(comparison: Comparison): Section | null {
  const models = finishedModels(comparison).flatMap((row) => {
    const maps = pixelMapsOf(row);
    if (!maps) return [];
    return {
      heading: row.name,
      blocks: [interactive(() => pictures(maps), [chart(`pixels-${row.slug}`, () => pixelMapsChart(row))])],
    };
  });
  if (models.length === 0) return null;
  return section(sectionId(comparison, 'pixels'), 'Pixel importance', [
    note(
      'Blue is positive, orange negative, deeper is larger. All maps of a model share one scale, whose deepest colour is the ' +
        '99th percentile. A positive weight means that a bright pixel speaks for the class; an importance is never negative.',
    ),
    grid(models),
  ]);
}

/** Pictures of a pixel for each pixel, which a page enlarges, are a tenth of the chart's size. */
function pictures({ maps, description }: PixelMaps): Markup {
  return html`<ul class="maps" aria-label="${description}">${maps.map(
    (map) => html`<li><img src="${dataUri(pixelMapPng(map))}" alt="${map.caption}"><br>${map.caption}</li>`,
  )}</ul>`;
}
