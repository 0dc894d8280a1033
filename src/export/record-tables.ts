// Records as tables: wide, with a row for each fit, and long, with a row for each metric of each fit.
import { allMetrics } from '../metrics/all-metrics.ts';
import { metricValue } from '../metrics/metric-value.ts';
import { sortedParams } from '../results/params.ts';
import type { StoredRecord } from '../results/read.ts';
import { isFinished } from '../results/schema.ts';
import { type Cell, type Column, type ColumnType, makeTable, type Table } from './table.ts';

type RecordColumn = Column<StoredRecord>;

/** The columns that say which fit a row is of. Both tables have them. */
const FIT_COLUMNS: readonly RecordColumn[] = [
  column('file', 'text', ({ file }) => file),
  column('benchmark', 'text', ({ record }) => record.benchmark),
  column('model', 'text', ({ record }) => record.model.id),
  column('role', 'text', ({ record }) => record.model.role),
  column('params', 'text', ({ record }) => JSON.stringify(Object.fromEntries(sortedParams(record.model.params)))),
  column('seed', 'integer', ({ record }) => record.seed),
  column('repeat', 'integer', ({ record }) => record.repeat),
  column('status', 'text', ({ record }) => record.status),
  column('device', 'text', ({ record }) => record.software.engine.device),
  column('machine', 'text', ({ record }) => record.machine.id),
  column('commit', 'text', ({ record }) => record.git?.commit),
  column('dirty', 'boolean', ({ record }) => record.git?.dirty),
  column('startedAt', 'time', ({ record }) => record.startedAt),
  column('splitHash', 'text', ({ record }) => record.dataset.splitHash),
];

/** Further conditions and numbers of a fit. */
const OTHER_COLUMNS: readonly RecordColumn[] = [
  column('family', 'text', ({ record }) => record.model.family),
  column('kind', 'text', ({ record }) => record.model.kind),
  column('referenceOf', 'text', ({ record }) => record.model.referenceOf),
  column('engine', 'text', ({ record }) => record.model.engine),
  column('parameterCount', 'integer', ({ record }) => record.model.parameterCount),
  column('dataset', 'text', ({ record }) => record.dataset.name),
  column('trainImages', 'integer', ({ record }) => record.dataset.train),
  column('validationImages', 'integer', ({ record }) => record.dataset.validation),
  column('testImages', 'integer', ({ record }) => record.dataset.test),
  column('threads', 'integer', ({ record }) => record.software.engine.threads),
  column('cpu', 'text', ({ record }) => record.machine.cpu),
  column('cores', 'integer', ({ record }) => record.machine.cores),
  column('memoryBytes', 'integer', ({ record }) => record.machine.memoryBytes),
  column('gpu', 'text', ({ record }) => record.machine.gpu?.model),
  column('node', 'text', ({ record }) => record.software.node),
  column('isRestricted', 'boolean', ({ record }) => record.software.isRestricted),
  column('sourceHash', 'text', ({ record }) => record.model.sourceHash),
  column('codeHash', 'text', ({ record }) => record.model.codeHash),
  finishedColumn('trainAccuracy', ({ metrics }) => metrics.train.accuracy),
  finishedColumn('validationAccuracy', ({ metrics }) => metrics.validation.accuracy),
  finishedColumn('setupSeconds', ({ timing }) => timing.setupSeconds),
  finishedColumn('firstStepSeconds', ({ timing }) => timing.firstStepSeconds),
  finishedColumn('evaluateSeconds', ({ timing }) => timing.evaluateSeconds),
  column('totalSeconds', 'number', ({ record }) => record.timing.totalSeconds),
  column('peakDeviceBytes', 'integer', ({ record }) => record.resources.peakDeviceBytes),
  column('energyJoules', 'number', ({ record }) => record.resources.energyJoules),
  column('epochs', 'integer', ({ record }) => (isFinished(record) ? record.timing.curve.length : null)),
  column('cautions', 'text', ({ record }) => record.cautions.join(' ')),
  column('error', 'text', ({ record }) => record.error?.message),
  column('command', 'text', ({ record }) => record.command),
];

/** One column for each metric. */
const METRIC_COLUMNS: readonly RecordColumn[] = allMetrics.map((metric) =>
  column(metric.key, metric.unit === 'bytes' ? 'integer' : 'number', ({ record }) =>
    isFinished(record) ? metricValue(metric, record) : null,
  ),
);

/**
 * Makes the wide table: one row for each record, finished or not, with its metrics, times and conditions as columns.
 *
 * @param entries records of any machines and commits
 */
export function wideTable(entries: readonly StoredRecord[]): Table {
  return makeTable([...FIT_COLUMNS, ...METRIC_COLUMNS, ...OTHER_COLUMNS], entries);
}

/**
 * Makes the long table: one row for each metric of each finished record, with its unit. Metrics that a record does not have
 * are left out.
 *
 * @param entries records of any machines and commits
 */
export function longTable(entries: readonly StoredRecord[]): Table {
  const rows = entries.flatMap((entry) =>
    allMetrics.flatMap((metric) => {
      const value = isFinished(entry.record) ? metricValue(metric, entry.record) : null;
      return value === null ? [] : [{ entry, metric, value }];
    }),
  );
  return makeTable(
    [
      ...FIT_COLUMNS.map(({ of, ...rest }) => ({ ...rest, of: ({ entry }: (typeof rows)[number]) => of(entry) })),
      { name: 'metric', type: 'text', of: ({ metric }) => metric.key },
      { name: 'unit', type: 'text', of: ({ metric }) => metric.unit },
      { name: 'value', type: 'number', of: ({ value }) => value },
    ],
    rows,
  );
}

function column(name: string, type: ColumnType, of: (entry: StoredRecord) => Cell | undefined): RecordColumn {
  return { name, type, of };
}

function finishedColumn(
  name: string,
  of: (record: Extract<StoredRecord['record'], { status: 'ok' }>) => number | null,
): RecordColumn {
  return column(name, 'number', ({ record }) => (isFinished(record) ? of(record) : null));
}
