// The report as Markdown, for people who read it on a git host: the first table in view, details folded, charts beside it.

import { stepBlocks } from '../../commits/history/history-sections.ts';
import { valuesTable } from '../../commits/history/history-tables.ts';
import { HISTORY_NOTE, titleWithUnit } from '../../commits/history/history-text.ts';
import type { Block } from '../../document/blocks.ts';
import type { Chart } from '../../document/chart-canvas.ts';
import { codeBlock, codeSpan, escapeHtml, escapeMarkdown } from '../../document/escape.ts';
import { bytes, duration, integer, percent, pValue } from '../../document/format.ts';
import { narrowTable, plainTable, table } from '../../document/markdown-table.ts';
import { blocksToMarkdown } from '../../document/to-markdown.ts';
import { accuracyChart } from '../charts/accuracy-chart.ts';
import { accuracyTimeChart } from '../charts/accuracy-time-chart.ts';
import { calibrationChart } from '../charts/calibration-chart.ts';
import { classMapChart } from '../charts/class-map-chart.ts';
import { classRecallChart } from '../charts/class-recall-chart.ts';
import { confusionChart } from '../charts/confusion-chart.ts';
import { historyChart } from '../charts/history-chart.ts';
import { latencyChart } from '../charts/latency-chart.ts';
import { type CurveKind, learningCurveChart } from '../charts/learning-curve-chart.ts';
import { pixelMapsChart } from '../charts/pixel-maps-chart.ts';
import { scalingChart } from '../charts/scaling-chart.ts';
import { timeToAccuracyChart } from '../charts/time-to-accuracy-chart.ts';
import { HISTORY_CHART_NOTE, historyMetrics } from '../model/history-part.ts';
import {
  type Comparison,
  type EnginePart,
  type Fact,
  type FinishedRow,
  finishedModels,
  finishedRows,
  type Pair,
  type ReportData,
  type Row,
  type ScalingPart,
} from '../model/report-data.ts';
import { CALIBRATION_NOTE, PAIRWISE_TABLE_NOTE, pairwiseFinding } from './image-text.ts';
import {
  accuracyWithInterval,
  classLines,
  confusionText,
  costsTable,
  ENGINES_NOTE,
  EPOCHS_NOTE,
  enginesTable,
  epochsTable,
  familyName,
  LAYERS_NOTE,
  latencyTable,
  layersTable,
  type ModelTable,
  PIXELS_NOTE,
  PUBLISHED_NOTE,
  pairRemarks,
  publishedTable,
  REFERENCE_ROWS_NOTE,
  REFERENCES_NOTE,
  referencesTable,
  SEVERAL_FITS,
  scalingNote,
  scalingStops,
  scalingTable,
  scoresTable,
  seedsTable,
  TIME_TO_ACCURACY_NOTE,
  timeToAccuracyTable,
} from './report-text.ts';

/** Images that all models miss, in the table. */
const HARDEST_LISTED = 20;
const CURVE_KINDS: readonly CurveKind[] = ['accuracy', 'loss'];

/**
 * Draws the charts that the Markdown shows, each to be written to `charts/<name>.svg` beside it.
 *
 * @param data a report
 */
export function markdownCharts(data: ReportData): Chart[] {
  const comparisons = data.comparisons.flatMap((comparison, index) =>
    [
      accuracyChart(comparison, 'wide'),
      accuracyTimeChart(comparison, 'fit', 'wide'),
      accuracyTimeChart(comparison, 'sum', 'wide'),
      classMapChart(comparison, 'wide'),
      classRecallChart(comparison, 'wide'),
      calibrationChart(comparison, 'wide'),
      timeToAccuracyChart(comparison, 'wide'),
      latencyChart(comparison, 'wide'),
      ...historyCharts(comparison),
      ...finishedModels(comparison).flatMap((row) => [
        ...(row.kind === 'baseline' ? [] : [confusionChart(comparison, row)]),
        ...CURVE_KINDS.map((kind) => learningCurveChart(row, kind)),
        pixelMapsChart(row),
      ]),
    ]
      .filter((chart) => chart !== null)
      .map((chart) => ({ ...chart, name: fileName(chart.name, index) })),
  );
  const scalings = data.scalings.flatMap((scaling, index) => {
    const chart = scalingChart(scaling, 'wide');
    return chart ? { ...chart, name: fileName(chart.name, index) } : [];
  });
  return [...comparisons, ...scalings];
}

/**
 * Renders a report as Markdown.
 *
 * @param data a report
 */
export function renderMarkdown(data: ReportData): string {
  const charts = new Map(markdownCharts(data).map((chart) => [chart.name, chart]));
  const several = data.comparisons.length > 1;
  const parts = data.comparisons.flatMap((comparison, index) => [
    ...(several ? [`## ${escapeMarkdown(comparison.title)}`] : []),
    ...comparisonParts(comparison, several ? '###' : '##', (name) => image(charts.get(fileName(name, index)))),
  ]);
  return `${[
    '# Which model fits?',
    `Made by \`npm run report\` on ${data.generatedAt.slice(0, 10)} from the records; not edited by hand. ` +
      'The same with hover, sorting and a dark theme: `index.html` in this folder.',
    ...parts,
    ...data.engines.flatMap(engineParts),
    ...data.scalings.flatMap((scaling, index) => scalingParts(scaling, image(charts.get(fileName('growth', index))))),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** Charts of the second comparison and on carry its number, so that the first's names never change. */
function fileName(name: string, index: number): string {
  return index === 0 ? name : `${index + 1}-${name}`;
}

function image(chart: Chart | undefined): string {
  // Long descriptions make poor alternative texts; the tables hold every number.
  return chart ? `![${escapeMarkdown(chart.description.split('. ')[0]!)}](charts/${chart.name}.svg)` : '';
}

function comparisonParts(comparison: Comparison, level: string, chart: (name: string) => string): string[] {
  const rows = finishedRows(comparison);
  const models = finishedModels(comparison);
  const candidates = models.filter(({ kind }) => kind !== 'baseline');
  const calibration = chart('calibration');
  return [
    escapeMarkdown(comparison.headline),
    leaderboard(comparison),
    '± is half of the 95 % interval (Wilson) in percentage points. Fit and predict are seconds of the clock, predict for ' +
      `all ${integer(comparison.counts.test)} test images; memory is the process's peak.`,
    ...(rows.some(({ role }) => role === 'reference') ? [REFERENCE_ROWS_NOTE] : []),
    ...cautions(comparison),
    ...pairwiseParts(comparison, level),
    ...referenceParts(comparison.references, level),
    chart('accuracy'),
    `${level} Which one for what`,
    comparison.picks
      .map(
        ({ need, name, value, detail }) =>
          `- **${escapeMarkdown(need)}:** ${codeSpan(name)}, ${escapeMarkdown(value)} (${escapeMarkdown(detail)})`,
      )
      .join('\n'),
    `${level} Traditional against deep`,
    sides(comparison),
    comparison.findings.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n'),
    chart('accuracy-fit'),
    folded('Accuracy against fit and prediction together', [chart('accuracy-sum')]),
    `${level} Scores`,
    folded('All scores, training beside test', [
      modelTable(scoresTable(rows)),
      'Accuracies in percent, train − test in percentage points. Calibration error: 15 bins of equal width.',
    ]),
    folded('Where time and memory went', [modelTable(costsTable(rows))]),
    folded(
      'Several fits',
      [modelTable(seedsTable(rows)), SEVERAL_FITS],
      rows.some(({ runs }) => runs > 1),
    ),
    folded('Who competes', [whoTable(comparison.rows)]),
    ...models
      .filter(({ layers }) => layers.length > 0)
      .map(({ name, layers }) => folded(`Layers of ${name}`, [plainTable(layersTable(layers)), LAYERS_NOTE])),
    ...printedParts(comparison, level),
    `${level} Class by class`,
    chart('classes'),
    chart('class-recall'),
    ...models.map((row) => folded(`Precision, recall and F1 of ${row.name}`, [classTable(row)])),
    ...(candidates.length > 0 ? [`${level} What is taken for what`] : []),
    ...candidates.map((row) =>
      folded(`${row.name}${row.confusions[0] ? `: ${confusionText(row.confusions[0])}` : ''}`, [
        row.confusions.map((one) => `- ${escapeMarkdown(confusionText(one))}`).join('\n'),
        chart(`confusion-${row.slug}`),
      ]),
    ),
    ...mistakeParts(comparison, level),
    ...(calibration === '' ? [] : [`${level} How sure, how right`, calibration, CALIBRATION_NOTE]),
    ...pixelParts(models, level, chart),
    ...timeToAccuracyParts(models, level, chart('time-to-accuracy')),
    ...curveParts(models, level, chart),
    ...(rows.some(({ latency }) => latency.length > 0)
      ? [
          `${level} Latency`,
          chart('latency'),
          folded('Median and 99th percentile of one call', [modelTable(latencyTable(rows))]),
        ]
      : []),
    ...historyParts(comparison, level, chart),
    ...failureParts(comparison, level),
    `${level} Conditions`,
    conditionParts(comparison),
    `${level} Run a row again`,
    folded('The command behind each row', [
      codeBlock(
        comparison.rows.flatMap((row) => [`# ${row.name.replaceAll(/\s+/g, ' ')}`, ...row.commands]).join('\n'),
        'sh',
      ),
    ]),
  ];
}

function pairwiseParts({ images }: Comparison, level: string): string[] {
  if (!images || images.pairwiseTests.length === 0) return [];
  const lines = images.pairwiseTests.map((pairwiseTest) => [
    escapeMarkdown(pairwiseTest.first),
    escapeMarkdown(pairwiseTest.second),
    integer(pairwiseTest.onlyFirst),
    integer(pairwiseTest.onlySecond),
    pValue(pairwiseTest.adjusted).replace('p = ', ''),
  ]);
  const heads = ['first', 'second', 'only the first is right', 'only the second', 'p'];
  return [
    `${level} Who can be told apart`,
    escapeMarkdown(pairwiseFinding(images)),
    folded('Every pair', [
      table(
        heads.map((head, i) => ({ head, align: i < 2 ? 'left' : 'right' })),
        lines,
      ),
      PAIRWISE_TABLE_NOTE,
    ]),
  ];
}

function mistakeParts({ images, classNames }: Comparison, level: string): string[] {
  if (!images?.gallery) return [];
  const { missed } = images.gallery;
  const named = (label: number): string => escapeMarkdown(classNames[label] ?? String(label));
  const hardest = images.gallery.pictures
    .filter(({ truth, answers }) => answers.every(({ label }) => label !== truth))
    .slice(0, HARDEST_LISTED);
  return [
    `${level} Mistakes`,
    `${integer(missed.byAll)} test images are missed by every model, ${integer(missed.byAllButOne)} by all but one; ` +
      'their pictures are in `index.html`.',
    folded(
      'The hardest images, by what models take them for',
      [
        table(
          ['test image', 'class', 'taken for'].map((head, i) => ({ head, align: i === 0 ? 'right' : 'left' })),
          hardest.map(({ image, truth, answers }) => [
            String(image),
            named(truth),
            countsText(
              answers.map(({ label }) => label),
              named,
            ),
          ]),
        ),
      ],
      hardest.length > 0,
    ),
  ];
}

/** Counts equal labels, most frequent first: `Dress 12, Coat 3`. */
function countsText(labels: readonly number[], named: (label: number) => string): string {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([label, count]) => `${named(label)} ${count}`)
    .join(', ');
}

function referenceParts(pairs: readonly Pair[], level: string): string[] {
  if (pairs.length === 0) return [];
  return [
    `${level} References, measured in turn`,
    plainTable(referencesTable(pairs)),
    REFERENCES_NOTE,
    remarks(pairRemarks(pairs)),
    ...epochParts(pairs),
  ];
}

function epochParts(pairs: readonly Pair[]): string[] {
  const epochs = epochsTable(pairs);
  return epochs.lines.length > 0 ? [plainTable(epochs), EPOCHS_NOTE] : [];
}

function engineParts({ title, headline, pairs, ...part }: EnginePart): string[] {
  return [
    `## ${escapeMarkdown(title)}`,
    escapeMarkdown(headline),
    plainTable(enginesTable(pairs)),
    ENGINES_NOTE,
    remarks(pairRemarks(pairs)),
    ...epochParts(pairs),
    ...footParts(part),
  ];
}

function scalingParts(scaling: ScalingPart, chart: string): string[] {
  const stops = scalingStops(scaling);
  return [
    `## ${escapeMarkdown(scaling.title)}`,
    escapeMarkdown(scaling.headline),
    plainTable(scalingTable(scaling)),
    scalingNote(scaling),
    ...(stops.length > 0 ? [`Where a model stopped (-), and why:\n\n${remarks(stops)}`] : []),
    chart,
    ...footParts(scaling),
  ];
}

function footParts({ commands, ...part }: Pick<EnginePart, 'conditions' | 'differences' | 'commands'>): string[] {
  return [folded('Conditions', [conditionParts(part)]), folded('Run it again', [codeBlock(commands.join('\n'), 'sh')])];
}

function remarks(all: readonly { readonly name: string; readonly text: string }[]): string {
  return all.map(({ name, text }) => `- ${codeSpan(name)}: ${escapeMarkdown(text)}`).join('\n');
}

function pixelParts(rows: readonly FinishedRow[], level: string, chart: (name: string) => string): string[] {
  const pictures = rows
    .map((row) => ({ row, picture: chart(`pixels-${row.slug}`) }))
    .filter(({ picture }) => picture !== '');
  if (pictures.length === 0) return [];
  return [
    `${level} What models make of each pixel`,
    PIXELS_NOTE,
    ...pictures.map(({ row, picture }) => folded(row.name, [picture])),
  ];
}

function leaderboard({ rows }: Comparison): string {
  return narrowTable(
    [
      { head: '#', align: 'right', keep: 3 },
      { head: 'model', align: 'left' },
      { head: 'family', align: 'left', keep: 2 },
      { head: 'engine', align: 'left', keep: 1 },
      { head: 'accuracy', align: 'right' },
      { head: 'fit', align: 'right', keep: 6 },
      { head: 'predict', align: 'right', keep: 5 },
      { head: 'memory', align: 'right', keep: 4 },
      { head: 'status', align: 'left', keep: 7 },
    ],
    rows.map((row) =>
      row.status === 'ok'
        ? [
            row.rank === null ? '' : String(row.rank),
            escapeMarkdown(row.name) + (row.seeds.length > 1 ? ` (${row.seeds.length} seeds)` : ''),
            escapeMarkdown(familyName(row.family)),
            escapeMarkdown(row.engine),
            accuracyWithInterval(row),
            duration(row.fitSeconds.median),
            duration(row.predictSeconds.median),
            bytes(row.peakRssBytes),
            row.failures.length > 0 ? `${row.failures.length} failed` : 'ok',
          ]
        : [
            '',
            escapeMarkdown(row.name),
            escapeMarkdown(familyName(row.family)),
            escapeMarkdown(row.engine),
            '',
            '',
            '',
            '',
            row.status,
          ],
    ),
  );
}

function cautions({ cautions: sentences, differences }: Comparison): string[] {
  const timing = differences.filter(({ name }) => name === 'device' || name === 'threads');
  return [
    ...sentences.map((sentence) => `> ${escapeMarkdown(sentence)}`),
    ...(timing.length > 0
      ? [
          `> Times are not of like with like: the rows differ in ${timing.map(({ name }) => name).join(' and ')} (see Conditions).`,
        ]
      : []),
  ];
}

function sides({ sides: all }: Comparison): string {
  if (all.length === 0) return '';
  const range = ([low, high]: readonly [number, number]): string =>
    low === high ? duration(low) : `${duration(low)} to ${duration(high)}`;
  return table(
    [
      { head: '', align: 'left' },
      { head: 'models', align: 'right' },
      { head: 'best', align: 'left' },
      { head: 'median', align: 'right' },
      { head: 'fit', align: 'left' },
      { head: 'predict', align: 'left' },
    ],
    all.map(({ kind, count, best, medianAccuracy, fitSeconds, predictSeconds }) => [
      kind,
      String(count),
      `${percent(best.accuracy)} % ${escapeMarkdown(best.name)}`,
      `${percent(medianAccuracy)} %`,
      range(fitSeconds),
      range(predictSeconds),
    ]),
  );
}

function modelTable({ head, lines }: ModelTable): string {
  if (lines.length === 0) return '';
  return table(
    [{ head: 'model', align: 'left' }, ...head.map((name) => ({ head: name, align: 'right' as const }))],
    lines.map(({ row, cells }) => [escapeMarkdown(row.name), ...cells.map(escapeMarkdown)]),
  );
}

function whoTable(rows: readonly Row[]): string {
  return table(
    ['model', 'kind', 'family', 'engine', 'device', 'seeds', 'parameters', 'what it is'].map((head) => ({
      head,
      align: 'left',
    })),
    rows.map((row) => [
      escapeMarkdown(row.name),
      row.kind,
      escapeMarkdown(row.family),
      escapeMarkdown(row.engine),
      row.device,
      row.seeds.join(', '),
      Object.entries(row.params)
        .map(([key, value]) => codeSpan(`${key}=${value}`))
        .join(' '),
      escapeMarkdown(row.source ? `${row.summary} (${row.source})` : row.summary),
    ]),
  );
}

function printedParts(comparison: Comparison, level: string): string[] {
  const printed = publishedTable(comparison);
  return printed.lines.length > 0 ? [`${level} Printed elsewhere`, plainTable(printed), PUBLISHED_NOTE] : [];
}

function classTable(row: FinishedRow): string {
  return table(
    ['class', 'precision', 'recall', 'F1', 'support'].map((head, i) => ({ head, align: i === 0 ? 'left' : 'right' })),
    classLines(row).map((cells) => cells.map(escapeMarkdown)),
  );
}

function timeToAccuracyParts(rows: readonly FinishedRow[], level: string, chart: string): string[] {
  if (chart === '') return [];
  return [`${level} Time to accuracy`, chart, modelTable(timeToAccuracyTable(rows)), TIME_TO_ACCURACY_NOTE];
}

function curveParts(rows: readonly FinishedRow[], level: string, chart: (name: string) => string): string[] {
  const curves = rows
    .map((row) => ({
      row,
      images: CURVE_KINDS.map((kind) => chart(`curve-${kind}-${row.slug}`)).filter((text) => text !== ''),
    }))
    .filter(({ images }) => images.length > 0);
  if (curves.length === 0) return [];
  return [`${level} Learning curves`, ...curves.map(({ row, images }) => folded(row.name, [images.join(' ')]))];
}

function historyCharts({ history }: Comparison): (Chart | null)[] {
  return history ? historyMetrics(history).map((metric) => historyChart(history, metric, 'wide')) : [];
}

function historyParts({ history }: Comparison, level: string, chart: (name: string) => string): string[] {
  if (!history) return [];
  const render = (blocks: readonly Block[]): string =>
    blocksToMarkdown(blocks, { level: level.length, chartPath: () => '' }).text;
  return [
    `${level} History`,
    ...history.cautions.map((caution) => `> ${escapeMarkdown(caution)}`),
    render(stepBlocks(history)),
    HISTORY_NOTE,
    ...historyMetrics(history).flatMap((metric) => [
      chart(`history-${metric}`),
      folded(`${titleWithUnit(metric)}, at every commit`, [
        render([{ kind: 'table', table: valuesTable(history, metric) }]),
      ]),
    ]),
    HISTORY_CHART_NOTE,
  ];
}

function failureParts({ rows }: Comparison, level: string): string[] {
  const failures = rows.flatMap((row) => row.failures.map((failure) => ({ row, failure })));
  if (failures.length === 0) return [];
  return [
    `${level} Failures`,
    failures
      .map(
        ({ row, failure }) =>
          `- ${codeSpan(row.name)}, seed ${failure.seed}: ${failure.status} after ${duration(failure.afterSeconds)}. ` +
          `${escapeMarkdown(failure.kind)}: ${escapeMarkdown(failure.message)}`,
      )
      .join('\n'),
  ];
}

function conditionParts({ conditions, differences }: Pick<Comparison, 'conditions' | 'differences'>): string {
  const facts = (all: readonly Fact[]): string =>
    table(
      [
        { head: 'what', align: 'left' },
        { head: 'value', align: 'left' },
      ],
      all.map(({ name, value }) => [escapeMarkdown(name), escapeMarkdown(value)]),
    );
  return [
    differences.length > 0
      ? `The rows differ in:\n\n${facts(differences)}`
      : 'All rows were made under the same conditions.',
    folded('What holds for every row', [facts(conditions)]),
  ].join('\n\n');
}

/** A part that a click opens. Blank lines around the content make a git host read it as Markdown. */
function folded(summary: string, content: readonly string[], isShown = true): string {
  const text = content.filter((part) => part !== '');
  if (!isShown || text.length === 0) return '';
  return `<details>\n<summary>${escapeHtml(summary.replaceAll(/\s+/g, ' '))}</summary>\n\n${text.join('\n\n')}\n\n</details>`;
}
