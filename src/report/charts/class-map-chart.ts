// Chart: F1 of every class for every model, as a heat map.

import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { fixed } from '../../document/format.ts';
import { type Cell, heatMarks } from '../../document/heat-scale.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import { labelWidth, shorten, tiltedEnd } from './accuracy-chart.ts';

/**
 * Draws the F1 of models x classes. The depth of the colour is the fourth power of F1 on the fixed scale 0 to 1, so that
 * differences of high values can be seen. In a narrow chart, classes are rows.
 *
 * @param comparison any
 * @param room width of the chart
 * @returns null when no model has finished
 */
export function classMapChart({ classNames, ...comparison }: Comparison, room: Room): Chart | null {
  const rows = finishedModels({ classNames, ...comparison }).filter(({ kind }) => kind !== 'baseline');
  if (rows.length === 0) return null;
  const isWide = room === 'wide';
  const cells = rows.flatMap((row) =>
    row.classes.map(({ f1 }, label): Cell => {
      const [model, name] = [row.name, String(label)];
      return {
        x: isWide ? name : model,
        y: isWide ? model : name,
        depth: (f1 ?? 0) ** 4,
        hue: 'good',
        text: fixed(f1, 2).replace(/^0/, ''),
        title: `${row.name}, ${classNames[label]}: F1 ${fixed(f1, 4)}`,
      };
    }),
  );
  const models = rows.map(({ name }) => name);
  const labels = classNames.map((_, label) => String(label));
  const [across, down] = isWide ? [labels, models] : [models, labels];
  const named = (key: string): string => (models.includes(key) ? key : (classNames[Number(key)] ?? key));
  const [acrossNames, downNames] = [across.map(named), down.map(named)];
  const marginLeft = labelWidth(downNames, room);
  const marginTop = Math.min(120, Math.max(...acrossNames.map((name) => name.length)) * 5.2 + 16);
  return draw('classes', 'F1 of each class for each model; the tables of precision, recall and F1 have every number.', {
    width: WIDTHS[room],
    height: marginTop + down.length * (isWide ? 30 : 26) + 8,
    marginLeft,
    marginTop,
    marginRight: tiltedEnd(acrossNames.at(-1)!),
    marginBottom: 8,
    x: {
      domain: across,
      axis: 'top',
      label: null,
      tickSize: 0,
      tickRotate: -40,
      tickFormat: (key: string) => shorten(named(key), 150),
    },
    y: { domain: down, label: null, tickSize: 0, tickFormat: (key: string) => shorten(named(key), marginLeft) },
    opacity: { type: 'identity' },
    marks: heatMarks(cells, isWide ? 12 : 10),
  });
}
