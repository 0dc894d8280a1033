// The section Latency: how long one call of predict takes, by batch size.
import { type Block, chart, details, type Section, section } from '../../document/blocks.ts';
import { integer, milliseconds } from '../../document/format.ts';
import { latencyChart } from '../charts/latency-chart.ts';
import { type Comparison, finishedRows } from '../model/report-data.ts';
import { modelTable } from './model-table.ts';
import { commitsNote, legend, markedName } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no latencies were measured. */
export function latency(comparison: Comparison): Section | null {
  const drawn = chart(
    'latency',
    (room) => latencyChart(comparison, room),
    'Dots are medians; lines reach to the 99th percentile.',
  );
  if (!drawn) return null;
  return section(sectionId(comparison, 'latency'), 'Latency', [
    drawn,
    legend(true),
    details('Median and 99th percentile of one call', [latencyTable(comparison)]),
    commitsNote(comparison.origin.commits),
  ]);
}

/** Builds the table of latencies, a row for each model and batch size. */
function latencyTable(comparison: Comparison): Block {
  return modelTable(
    ['images per call', 'median', 'p99', 'mean', 'least', 'images per second', 'calls'],
    finishedRows(comparison).flatMap((row) =>
      row.latency.map((one) => ({
        name: markedName(row, comparison),
        cells: [
          integer(one.batch),
          milliseconds(one.medianMs),
          milliseconds(one.p99Ms),
          milliseconds(one.meanMs),
          milliseconds(one.minMs),
          integer(one.imagesPerSecond),
          integer(one.samples),
        ],
      })),
    ),
  );
}
