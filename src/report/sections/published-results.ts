// The section Published results: accuracies that papers and write-ups report, next to ours.
import { note, type Section, section, type TableBlock, table } from '../../document/blocks.ts';
import { percent, points } from '../../document/format.ts';
import { type Comparison, finishedRows } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when nothing was published for the data set. */
export function publishedResults(comparison: Comparison): Section | null {
  const found = publishedTable(comparison);
  if (found.table.rows.length === 0) return null;
  return section(sectionId(comparison, 'published'), 'Published results', [
    found,
    note(
      'Ours is the mean ± standard deviation over seeds, or the accuracy of a single seed. The difference is ours minus the ' +
        'published accuracy, in percentage points.',
    ),
  ]);
}

/** Builds the table: results for one of our rows first. */
function publishedTable(comparison: Comparison): TableBlock {
  const ours = finishedRows(comparison).flatMap((row) => row.published.map((one) => ({ one, row })));
  const all = [...ours, ...comparison.otherPublished.map((one) => ({ one, row: null }))];
  return table(
    [
      { head: 'model' },
      { head: 'published' },
      { head: 'ours, %' },
      { head: 'difference' },
      { head: 'seeds' },
      { head: 'recipe', wrap: true },
      { head: 'source', wrap: true },
    ],
    all.map(({ one, row }) => [
      row?.name ?? one.modelId ?? '–',
      one.asPublished,
      row ? percent(row.accuracy.mean) + (row.seeds.length > 1 ? ` ± ${percent(row.accuracy.sd)}` : '') : '',
      row ? points(row.accuracy.mean - one.accuracy) : '',
      row ? String(row.seeds.length) : '',
      one.recipe,
      one.url === undefined ? one.source : { text: [{ link: one.source, href: one.url }] },
    ]),
  );
}
