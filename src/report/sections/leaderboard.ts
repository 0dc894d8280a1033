// The section Leaderboard: all rows of a comparison with their accuracy and costs, and what the models are.
import { type Block, type Column, chart, details, note, type Section, section, table } from '../../document/blocks.ts';
import { integer } from '../../document/format.ts';
import { accuracyChart } from '../charts/accuracy-chart.ts';
import type { Comparison } from '../model/report-data.ts';
import { leaderboardTable } from './leaderboard-table.ts';
import { familyName, legend, markNotes } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section. */
export function leaderboard(comparison: Comparison): Section | null {
  const { rows, counts } = comparison;
  return section(sectionId(comparison, 'leaderboard'), 'Leaderboard', [
    leaderboardTable(comparison),
    legend(false),
    note(
      '± is half the width of the 95 % interval over seeds and test images, in percentage points. For a model with one seed, ' +
        'where no other fit shows how much seeds matter, only the test images count. Times are wall-clock; predict is for ' +
        `all ${integer(counts.test)} test images. Memory is the peak of the process.`,
    ),
    ...markNotes(comparison),
    rows.some(({ role }) => role === 'reference')
      ? note(
          "A reference implementation is another project's program that does the same as one of our models. It has no rank, " +
            'and its times come from a run in which it alternated with our model.',
        )
      : null,
    chart(
      'accuracy',
      (room) => accuracyChart(comparison, room),
      'Dots are test accuracies, bars their 95 % intervals; triangles are published accuracies of the same recipe. ' +
        'The majority baseline is not drawn.',
    ),
    details('Models and their parameters', [modelsTable(comparison)]),
  ]);
}

function modelsTable({ rows }: Comparison): Block {
  const columns: Column[] = ['model', 'kind', 'family', 'engine', 'device', 'seeds', 'parameters', 'summary'].map(
    (head, i) => ({ head, align: 'left', wrap: i >= 6 }),
  );
  return table(
    columns,
    rows.map((row) => [
      row.name,
      row.kind,
      familyName(row.family),
      row.engine,
      row.device,
      row.seeds.join(', '),
      {
        text: Object.entries(row.params).flatMap(([key, value], i) => [
          ...(i > 0 ? [' '] : []),
          { code: `${key}=${value}` },
        ]),
      },
      row.source ? `${row.summary} (${row.source})` : row.summary,
    ]),
  );
}
