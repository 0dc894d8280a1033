// The marks of a heat map: cells with the depth of a hue, and numbers on them.

import * as Plot from '@observablehq/plot';
import { colour } from './chart-colours.ts';

/** One cell of a heat map. */
export interface Cell {
  readonly x: string;
  readonly y: string;
  /** Depth of the colour, 0 to 1. */
  readonly depth: number;
  readonly hue: 'good' | 'bad';
  readonly text: string;
  /** Shown on hover. */
  readonly title: string;
}

/** Above this depth, white text is easier to read than dark text in the light theme; in the dark theme both are near white. */
const TEXT_TURNS = 0.8;

/**
 * Makes the marks of a heat map.
 *
 * @param cells in any order
 * @param fontSize pixels
 */
export function heatMarks(cells: readonly Cell[], fontSize: number): Plot.Markish[] {
  const fill = (cell: Cell): string => colour(cell.hue);
  return [
    Plot.cell(cells, { x: 'x', y: 'y', fill, fillOpacity: 'depth', inset: 0.5, rx: 2, title: 'title' }),
    ...[false, true].map((isDeep) =>
      Plot.text(
        cells.filter(({ depth }) => depth > TEXT_TURNS === isDeep),
        {
          x: 'x',
          y: 'y',
          text: 'text',
          fontSize,
          fill: isDeep ? colour('onHeat') : 'currentColor',
          pointerEvents: 'none',
        },
      ),
    ),
  ];
}
