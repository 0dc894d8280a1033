// Chart: recall of each class, from the model with the lowest to the one with the highest.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour, KIND_COLOURS, KIND_SYMBOLS } from '../../document/chart-colours.ts';
import { percentage } from '../../document/format.ts';
import { type Comparison, finishedCandidates } from '../model/report-data.ts';
import { labelWidth, shorten } from './accuracy-chart.ts';

/**
 * Draws the recall of each class: a bar from the lowest to the highest, a mark for every model; the class with the lowest
 * mean recall first.
 *
 * @param comparison any
 * @param room width of the chart
 * @returns null when no model has finished
 */
export function classRecallChart(comparison: Comparison, room: Room): Chart | null {
  const { classNames } = comparison;
  const points = pointsOf(comparison);
  if (points.length === 0) return null;
  const labels = [...new Set(points.map(({ label }) => label))];
  const mean = (label: string): number => {
    const own = points.filter((point) => point.label === label);
    return own.reduce((sum, { value }) => sum + value, 0) / own.length;
  };
  const domain = labels.sort((a, b) => mean(a) - mean(b));
  const marginLeft = labelWidth(classNames, room);
  return draw(
    'class-recall',
    'Recall of each class, from the lowest of all models to the highest; the class with the lowest mean recall first.',
    {
      width: WIDTHS[room],
      height: domain.length * 30 + 50,
      marginLeft,
      marginRight: 16,
      marginTop: 8,
      marginBottom: 40,
      x: {
        label: 'recall, %',
        labelAnchor: 'center',
        labelArrow: 'none',
        grid: true,
        nice: true,
      },
      y: {
        domain,
        label: null,
        tickSize: 0,
        tickFormat: (key: string) => shorten(classNames[Number(key)]!, marginLeft),
      },
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
    },
  );
}

function pointsOf(comparison: Comparison) {
  const { classNames } = comparison;
  const candidates = finishedCandidates(comparison);
  return candidates.flatMap(({ name, kind, classes }) =>
    classes.flatMap(({ recall }, label) =>
      recall === null
        ? []
        : {
            kind,
            label: String(label),
            value: 100 * recall,
            title: `${name}, ${classNames[label]}: ${percentage(recall)}`,
          },
    ),
  );
}
