// How many images of each class models get right: from the model that gets fewest to the one that gets most.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour, KIND_COLOURS, KIND_SYMBOLS } from '../../document/chart-colours.ts';
import { percent } from '../../document/format.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import { labelWidth, shorten } from './accuracy-chart.ts';

/**
 * Draws the accuracy within each class (recall): a bar from the worst model to the best, a mark for every model; hardest
 * class first.
 *
 * @param comparison any
 * @param room how wide it may be
 * @returns null when no model but baselines has finished
 */
export function classRecallChart(comparison: Comparison, room: Room): Chart | null {
  const { classNames } = comparison;
  const candidates = finishedModels(comparison).filter(({ kind }) => kind !== 'baseline');
  const points = candidates.flatMap(({ name, kind, classes }) =>
    classes.flatMap(({ recall }, label) =>
      recall === null
        ? []
        : {
            kind,
            label: String(label),
            value: 100 * recall,
            title: `${name}, ${classNames[label]}: ${percent(recall)} %`,
          },
    ),
  );
  if (points.length === 0) return null;
  const labels = [...new Set(points.map(({ label }) => label))];
  const mean = (label: string): number => {
    const own = points.filter((point) => point.label === label);
    return own.reduce((sum, { value }) => sum + value, 0) / own.length;
  };
  const domain = labels.sort((a, b) => mean(a) - mean(b));
  const marginLeft = labelWidth(classNames, room);
  return draw('class-recall', 'Accuracy within each class, from the worst model to the best, hardest class first.', {
    width: WIDTHS[room],
    height: domain.length * 30 + 50,
    marginLeft,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 40,
    x: {
      label: 'images of the class that are right, %',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      nice: true,
    },
    y: { domain, label: null, tickSize: 0, tickFormat: (key: string) => shorten(classNames[Number(key)]!, marginLeft) },
    color: KIND_COLOURS,
    symbol: KIND_SYMBOLS,
    marks: [
      Plot.barX(
        points,
        Plot.groupY({ x1: 'min', x2: 'max' }, { x1: 'value', x2: 'value', y: 'label', fill: colour('line'), rx: 3 }),
      ),
      Plot.dot(points, {
        x: 'value',
        y: 'label',
        stroke: 'kind',
        symbol: 'kind',
        r: 4,
        strokeWidth: 1.5,
        title: 'title',
      }),
    ],
  });
}
