// A part of a report: how the cost of models grows with the number of training images.
import {
  chart,
  details,
  facts,
  heading,
  note,
  paragraph,
  type Section,
  section,
  type TableBlock,
  table,
} from '../../document/blocks.ts';
import { duration, integer } from '../../document/format.ts';
import { scalingChart } from '../charts/scaling-chart.ts';
import type { ScalingPart } from '../model/part-data.ts';
import { code } from './commands.ts';
import { conditionBlocks } from './conditions.ts';
import { commitsNote } from './row-text.ts';

/** Describes the part. */
export function scaling(part: ScalingPart): Section | null {
  const stops = part.lines.flatMap(({ modelId, stopped }) =>
    stopped === null ? [] : [{ name: modelId, text: stopped }],
  );
  return section(part.slug, part.title, [
    paragraph(part.headline),
    scalingTable(part),
    note(
      `Time of fitting and of predicting ${integer(part.testImages)} images together, by the number of training images; one ` +
        'run each, with the parameters of the comparison of engines (see Conditions).',
    ),
    commitsNote(part.origin.commits),
    ...(stops.length > 0 ? [heading('Why a model has no larger size (-)'), facts(stops)] : []),
    chart(
      'scaling',
      (room) => scalingChart(part, room),
      'Both axes are logarithmic: a steeper line grows faster. Libraries are dashed and orange.',
    ),
    details('Conditions', conditionBlocks(part)),
    details('Commands', [code(part.commands)]),
  ]);
}

/**
 * Builds the table of times by size, a row for each model.
 *
 * @param part one part
 */
export function scalingTable({ sizes, lines }: ScalingPart): TableBlock {
  return table(
    [{ head: 'model' }, ...sizes.map((size) => ({ head: integer(size) }))],
    lines.map(({ modelId, points }) => [
      modelId,
      ...sizes.map((size) => {
        const point = points.find(({ images }) => images === size);
        return point ? duration(point.seconds) : '-';
      }),
    ]),
  );
}
