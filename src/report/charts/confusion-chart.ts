// What one model takes for what: its confusion matrix as a heat map.

import { type Chart, draw } from '../../document/chart-canvas.ts';
import { count, percent } from '../../document/format.ts';
import { type Cell, heatMarks } from '../../document/heat-scale.ts';
import type { Comparison } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { labelWidth, shorten, tiltedEnd } from './accuracy-chart.ts';

/** Side of the whole chart in pixels; it stands in a column of its own, on phones too. */
const SIZE = 440;

/**
 * Draws a confusion matrix: rows are the truth, columns the prediction, right answers in one hue and mistakes in another.
 * Depth is the share of the row; for mistakes its square root, so that one in twenty is seen.
 *
 * @param comparison the row's own
 * @param row a finished row
 */
export function confusionChart({ classNames }: Comparison, row: FinishedRow): Chart {
  const cells = row.confusion.flatMap((line, truth) => {
    const support = line.reduce((sum, value) => sum + value, 0);
    return line.map((value, predicted): Cell => {
      const share = support === 0 ? 0 : value / support;
      const isRight = truth === predicted;
      return {
        x: String(predicted),
        y: String(truth),
        depth: isRight ? share : Math.sqrt(share),
        hue: isRight ? 'good' : 'bad',
        text: value === 0 ? '' : count(Math.round(value)),
        title: `${classNames[truth]} taken for ${classNames[predicted]}: ${count(value)} (${percent(share)} %)`,
      };
    });
  });
  const labels = classNames.map((_, label) => String(label));
  const marginLeft = Math.min(110, labelWidth(classNames, 'narrow'));
  const marginTop = Math.min(110, Math.max(...classNames.map((name) => name.length)) * 5.2 + 18);
  const marginRight = tiltedEnd(classNames.at(-1)!);
  const side = (SIZE - marginLeft - marginRight) / labels.length;
  return draw(`confusion-${row.slug}`, `Confusion matrix of ${row.name}: rows the truth, columns the prediction.`, {
    width: SIZE,
    height: marginTop + side * labels.length + 8,
    marginLeft,
    marginTop,
    marginRight,
    marginBottom: 8,
    x: {
      domain: labels,
      axis: 'top',
      label: null,
      tickSize: 0,
      tickRotate: -40,
      tickFormat: (key: string) => shorten(classNames[Number(key)]!, 130),
    },
    y: {
      domain: labels,
      label: null,
      tickSize: 0,
      tickFormat: (key: string) => shorten(classNames[Number(key)]!, marginLeft),
    },
    opacity: { type: 'identity' },
    // Four digits fit a cell of thirty pixels at this size; a hundred classes get no numbers, only colour and hover.
    marks: heatMarks(side < 16 ? cells.map((cell) => ({ ...cell, text: '' })) : cells, Math.min(12, side / 2.6)),
  });
}
