// The report as one HTML page that needs nothing else: no network, no folder beside it.

import { bytes, duration, fixed, integer, percent } from '../../document/format.ts';
import { chart, plainTable } from '../../document/html-parts.ts';
import { html, type Markup, raw } from '../../document/markup.ts';
import { page } from '../../document/page.ts';
import { jsonScript } from '../../document/page-data.ts';
import { accuracyChart } from '../charts/accuracy-chart.ts';
import { accuracyTimeChart, TIME_NAMES, type TimeKind } from '../charts/accuracy-time-chart.ts';
import { classMapChart } from '../charts/class-map-chart.ts';
import { classRecallChart } from '../charts/class-recall-chart.ts';
import { confusionChart } from '../charts/confusion-chart.ts';
import { latencyChart } from '../charts/latency-chart.ts';
import { learningCurveChart } from '../charts/learning-curve-chart.ts';
import { pixelMapsChart } from '../charts/pixel-maps-chart.ts';
import { scalingChart } from '../charts/scaling-chart.ts';
import { timeToAccuracyChart } from '../charts/time-to-accuracy-chart.ts';
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
import { historyPart } from './history-html.ts';
import { calibrationPart, galleryPart, galleryStyle, gradCamPart, pairwisePart } from './image-html.ts';
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

/** A page that lies beside the report. */
export interface PageLink {
  /** Relative to the report's page. */
  readonly href: string;
  readonly text: string;
}

/** A part of the page with a heading of its own. */
interface Section {
  readonly id: string;
  readonly heading: string;
  readonly body: Markup;
}

/**
 * Renders a report as a page.
 *
 * @param data a report
 * @param options script of the page, without which nothing sorts and nothing can be chosen; pages that lie beside it
 * @returns a whole HTML document
 */
export function renderHtml(
  data: ReportData,
  { script = '', beside = [] }: { readonly script?: string; readonly beside?: readonly PageLink[] } = {},
): string {
  const all = data.comparisons.map((comparison) => ({ comparison, sections: sectionsOf(comparison) }));
  const several = all.length > 1;
  const others = [
    ...data.engines.map((part) => ({ part, body: engines(part) })),
    ...data.scalings.map((part) => ({ part, body: scaling(part) })),
  ];
  const links = [
    ...all.flatMap(({ comparison, sections }) =>
      several
        ? [{ id: comparison.slug, text: comparison.title }]
        : sections.map(({ id, heading }) => ({ id, text: heading })),
    ),
    ...others.map(({ part }) => ({ id: part.slug, text: part.title })),
  ];
  return page({
    title: `Which model fits?${all[0] ? ` ${all[0].comparison.dataset}` : ''}`,
    heading: 'Which model fits?',
    lead: html`${all.length === 1 ? html`<p>${all[0]!.comparison.headline}</p>` : null}
${beside.length > 0 ? html`<p>Beside this page: ${beside.map(({ href, text }, i) => html`${i > 0 ? ', ' : null}<a href="${href}">${text}</a>`)}.</p>` : null}
<p class="faint">Made from the records on <time datetime="${data.generatedAt}">${data.generatedAt.slice(0, 10)}</time>.</p>`,
    links,
    main: html`${all.map(
      ({ comparison, sections }) => html`<article class="comparison" id="${comparison.slug}">
${several ? html`<h2 class="title">${comparison.title}</h2><p>${comparison.headline}</p>` : null}
${sections.map(({ id, heading, body }) => html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${body}</section>\n`)}
</article>`,
    )}${others.map(
      ({ part, body }) => html`<article class="comparison" id="${part.slug}">
<h2 class="title">${part.title}</h2><p>${part.headline}</p>${body}
<details><summary>Conditions</summary>${conditions(part)}</details>
<details><summary>Run it again</summary><pre><code>${part.commands.join('\n')}</code></pre></details>
</article>`,
    )}`,
    footer:
      "Accuracy and F1 are of the test images, predicted once, after the fit. Intervals are Wilson's at 95 %. Averages and " +
      "confusion matrices follow scikit-learn's terms: rows are the truth, n/a is a value that is not defined.",
    style: galleryStyle(data.comparisons),
    script,
  });
}

function sectionsOf(comparison: Comparison): Section[] {
  const rows = finishedRows(comparison);
  const models = finishedModels(comparison);
  const id = (name: string): string => `${comparison.slug}-${name}`;
  const sections: (Section | null)[] = [
    section(id('verdict'), 'Verdict', verdict(comparison)),
    section(id('leaderboard'), 'Leaderboard', leaderboard(comparison)),
    section(id('significance'), 'Who can be told apart', pairwisePart(comparison)),
    section(id('references'), 'References, measured in turn', references(comparison)),
    section(id('time'), 'Accuracy and time', times(comparison)),
    section(id('sides'), 'Traditional and deep', sides(comparison)),
    section(id('classes'), 'Classes', classes(comparison, models)),
    section(id('confusions'), 'Confusions', confusions(comparison, models)),
    section(id('gallery'), 'Mistakes', galleryPart(comparison)),
    section(id('looks'), 'Where networks look', gradCamPart(comparison)),
    section(id('calibration'), 'How sure, how right', calibrationPart(comparison)),
    section(id('pixels'), 'What models make of each pixel', pixels(models)),
    section(id('time-to-accuracy'), 'Time to accuracy', timeToAccuracy(comparison, models)),
    section(id('curves'), 'Learning curves', curves(models)),
    section(id('layers'), 'Layers', layersOf(models)),
    section(id('latency'), 'Latency', latency(comparison, models)),
    section(id('scores'), 'Scores and costs', scores(rows)),
    section(id('history'), 'History', historyPart(comparison)),
    section(id('printed'), 'Printed elsewhere', printed(comparison)),
    section(id('failures'), 'Failures', failures(comparison)),
    section(id('conditions'), 'Conditions', conditions(comparison)),
    section(id('again'), 'Run it again', again(comparison)),
  ];
  return sections.filter((one) => one !== null);
}

function section(id: string, heading: string, body: Markup | null): Section | null {
  return body === null ? null : { id, heading, body };
}

function verdict({ picks, findings, cautions, differences }: Comparison): Markup {
  const timing = differences.filter(({ name }) => name === 'device' || name === 'threads').map(({ name }) => name);
  return html`
<ul class="cards">${picks.map(
    ({ need, name, value, detail }) =>
      html`<li class="card"><span class="need">${need}</span><span class="who">${name}</span><span class="value">${value}</span><span class="detail">${detail}</span></li>`,
  )}</ul>
${findings.length > 0 ? html`<ul>${findings.map((sentence) => html`<li>${sentence}</li>`)}</ul>` : null}
${cautions.map((sentence) => html`<p class="note">${sentence}</p>`)}
${timing.length > 0 ? html`<p class="note">Times are not of like with like: the rows differ in ${timing.join(' and ')} (see Conditions).</p>` : null}`;
}

/** A column of the leaderboard: how it sorts first, what sorts it, what it shows. */
interface LeaderColumn {
  readonly head: string;
  readonly first: 'ascending' | 'descending';
  value(row: FinishedRow): number | null;
  show(row: FinishedRow): string | Markup;
}

function leaderboard(comparison: Comparison): Markup {
  const candidates = finishedRows(comparison).filter(({ kind }) => kind !== 'baseline');
  const low = Math.min(...candidates.map(({ interval }) => interval[0]));
  const high = Math.max(...candidates.map(({ interval }) => interval[1]));
  const columns: LeaderColumn[] = [
    {
      head: 'accuracy, %',
      first: 'descending',
      value: (row) => row.accuracy.mean,
      show: (row) => html`${accuracyWithInterval(row)}${bar(row, low, high)}`,
    },
    {
      head: 'macro F1',
      first: 'descending',
      value: (row) => row.macroF1.mean,
      show: (row) => fixed(row.macroF1.mean, 4),
    },
    timeColumn('fit', (row) => row.fitSeconds.median),
    timeColumn('predict', (row) => row.predictSeconds.median),
    timeColumn('fit + predict', (row) => row.sumSeconds.median),
    { head: 'memory', first: 'ascending', value: (row) => row.peakRssBytes, show: (row) => bytes(row.peakRssBytes) },
    {
      head: 'parameters',
      first: 'ascending',
      value: (row) => row.parameterCount,
      show: (row) => integer(row.parameterCount),
    },
  ];
  const head = (text: string, first: string, attributes: Markup): Markup =>
    html`<th scope="col" data-first="${first}"${attributes}><button type="button">${text}</button></th>`;
  return html`
<div class="box" role="region" aria-label="All models" tabindex="0"><table class="sortable pinned full">
<thead><tr>${head('model', 'ascending', html` class="name"`)}${columns.map((column, i) =>
    head(column.head, column.first, i === 0 ? html` aria-sort="descending"` : html``),
  )}${head('status', 'ascending', html` class="left"`)}</tr></thead>
<tbody>${comparison.rows.map(
    (row) =>
      html`<tr>${nameCell(row)}${columns.map((column) =>
        row.status === 'ok'
          ? html`<td data-value="${column.value(row)}">${column.show(row)}</td>`
          : html`<td data-value="">${column === columns[0] ? failureLink(row, comparison.slug) : null}</td>`,
      )}${statusCell(row, comparison.slug)}</tr>\n`,
  )}</tbody></table></div>
${legend(false)}${comparison.rows.some(({ role }) => role === 'reference') ? html`<p class="faint">${REFERENCE_ROWS_NOTE}</p>` : null}
${chart((room) => accuracyChart(comparison, room), 'Dots are test accuracies, bars their 95 % intervals; triangles are results printed elsewhere for the same recipe. The floor is not drawn.')}`;
}

function timeColumn(head: string, seconds: (row: FinishedRow) => number): LeaderColumn {
  return { head, first: 'ascending', value: seconds, show: (row) => duration(seconds(row)) };
}

function nameCell(row: Row): Markup {
  const seeds = row.seeds.length > 1 ? ` · ${row.seeds.length} seeds` : '';
  return html`<th scope="row" data-value="${row.name}"><span class="${row.kind}" aria-hidden="true">${symbolOf(row.kind)}</span> <span title="${row.summary}">${row.name}</span><span class="sub">${familyName(row.family)} · ${row.engine}${seeds}</span></th>`;
}

function statusCell(row: Row, slug: string): Markup {
  if (row.failures.length === 0) return html`<td class="left" data-value="ok">ok</td>`;
  return html`<td class="left" data-value="${statusWords(row)}">${failureLink(row, slug)}</td>`;
}

function failureLink(row: Row, slug: string): Markup {
  return html`<a class="bad" href="#${slug}-failures">${statusWords(row)}</a>`;
}

function statusWords(row: Row): string {
  return row.status === 'ok' ? `${row.failures.length} failed` : row.status;
}

/** The interval on the scale of all intervals; the floor is off that scale. */
function bar({ interval, accuracy, kind }: FinishedRow, low: number, high: number): Markup {
  if (kind === 'baseline' || !(high > low)) return html`<span class="bar" aria-hidden="true"></span>`;
  const place = (value: number): string => (2 + (96 * (value - low)) / (high - low)).toFixed(1);
  const left = place(interval[0]);
  const width = (Number(place(interval[1])) - Number(left)).toFixed(1);
  return html`<span class="bar ${kind}" aria-hidden="true"><i style="left:${left}%;width:${width}%"></i><b style="left:${place(accuracy.mean)}%"></b></span>`;
}

function symbolOf(kind: Row['kind']): string {
  return { deep: '●', traditional: '■', baseline: '×' }[kind];
}

function legend(hasFloor: boolean): Markup {
  const kinds = hasFloor ? (['deep', 'traditional', 'baseline'] as const) : (['deep', 'traditional'] as const);
  return html`<ul class="legend">${kinds.map((kind) => html`<li><span class="${kind}" aria-hidden="true">${symbolOf(kind)}</span>${kind}</li>`)}</ul>`;
}

function references({ references: pairs }: Comparison): Markup | null {
  if (pairs.length === 0) return null;
  return html`${plainTable(referencesTable(pairs))}<p class="faint">${REFERENCES_NOTE}</p>${remarks(pairRemarks(pairs))}${epochs(pairs)}`;
}

function engines({ pairs }: EnginePart): Markup {
  return html`${plainTable(enginesTable(pairs))}<p class="faint">${ENGINES_NOTE}</p>${remarks(pairRemarks(pairs))}${epochs(pairs)}`;
}

function epochs(pairs: readonly Pair[]): Markup | null {
  const found = epochsTable(pairs);
  if (found.lines.length === 0) return null;
  return html`<h3>Seconds an epoch</h3>${plainTable(found)}<p class="faint">${EPOCHS_NOTE}</p>`;
}

function scaling(part: ScalingPart): Markup {
  const stops = scalingStops(part);
  return html`${plainTable(scalingTable(part))}
<p class="faint">${scalingNote(part)}</p>
${stops.length > 0 ? html`<h3>Where a model stopped (-), and why</h3>${remarks(stops)}` : null}
${chart((room) => scalingChart(part, room), 'Both axes are logarithmic: a steeper line grows faster. Dashed and orange: the libraries.')}`;
}

function remarks(all: readonly { readonly name: string; readonly text: string }[]): Markup | null {
  if (all.length === 0) return null;
  return html`<dl>${all.map(({ name, text }) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`;
}

function pixels(rows: readonly FinishedRow[]): Markup | null {
  const drawn = rows.flatMap((row) => {
    const picture = pixelMapsChart(row);
    return picture ? { row, picture } : [];
  });
  if (drawn.length === 0) return null;
  return html`<p class="faint">${PIXELS_NOTE}</p>
<div class="grid">${drawn.map(({ row, picture }) => html`<div><h3>${row.name}</h3><figure>${raw(picture.svg)}</figure></div>`)}</div>`;
}

function layersOf(rows: readonly FinishedRow[]): Markup | null {
  const networks = rows.filter(({ layers }) => layers.length > 0);
  if (networks.length === 0) return null;
  return html`${networks.map(
    ({ name, layers }) => html`<details><summary>${name}</summary>${plainTable(layersTable(layers))}</details>\n`,
  )}<p class="faint">${LAYERS_NOTE}</p>`;
}

function times(comparison: Comparison): Markup | null {
  const kinds: readonly TimeKind[] = ['fit', 'predict', 'sum'];
  if (!accuracyTimeChart(comparison, 'fit', 'wide')) return null;
  const group = `${comparison.slug}-time-kind`;
  const words = { fit: 'fit', predict: 'prediction', sum: 'both' };
  return html`<fieldset class="switch"><legend>Time</legend>
${kinds.map((kind, i) => html`<label><input type="radio" class="to-${kind}" name="${group}"${i === 0 ? raw(' checked') : null}> ${words[kind]}</label>`)}
${kinds.map((kind) =>
  chart(
    (room) => accuracyTimeChart(comparison, kind, room),
    `Test accuracy with its interval against ${TIME_NAMES[kind]}. On the dashed line: no other model is both faster and more accurate. Most models have one run: read differences of time as orders of magnitude.`,
    `panel-${kind}`,
  ),
)}</fieldset>${legend(false)}`;
}

function sides({ sides: all }: Comparison): Markup | null {
  if (all.length === 0) return null;
  const range = ([low, high]: readonly [number, number]): string =>
    low === high ? duration(low) : `${duration(low)} to ${duration(high)}`;
  return html`<div class="box" tabindex="0"><table>
<thead><tr><th scope="col">kind</th><th scope="col">models</th><th scope="col" class="left">best</th><th scope="col">median</th><th scope="col">fit</th><th scope="col">predict</th></tr></thead>
<tbody>${all.map(
    (side) =>
      html`<tr><th scope="row"><span class="${side.kind}" aria-hidden="true">${symbolOf(side.kind)}</span> ${side.kind}</th><td>${side.count}</td><td class="left">${percent(side.best.accuracy)} % ${side.best.name}</td><td>${percent(side.medianAccuracy)} %</td><td>${range(side.fitSeconds)}</td><td>${range(side.predictSeconds)}</td></tr>`,
  )}</tbody></table></div>`;
}

function classes(comparison: Comparison, rows: readonly FinishedRow[]): Markup | null {
  if (rows.length === 0) return null;
  return html`${chart((room) => classMapChart(comparison, room), 'F1 of each class; depth follows the fourth power of F1 on the fixed scale 0 to 1.')}
${chart((room) => classRecallChart(comparison, room), 'Images of each class that are right: the bar reaches from the worst model to the best, a mark is a model.')}
${rows.map(
  (row) => html`<details><summary>Precision, recall and F1 of ${row.name}</summary><div class="box" tabindex="0"><table>
<thead><tr><th scope="col">class</th>${['precision', 'recall', 'F1', 'support'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${classLines(row).map(([name, ...cells]) => html`<tr><th scope="row">${name!}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div></details>`,
)}`;
}

function confusions(comparison: Comparison, rows: readonly FinishedRow[]): Markup | null {
  const candidates = rows.filter(({ kind }) => kind !== 'baseline');
  if (candidates.length === 0) return null;
  return html`<p class="faint">Rows are the truth, columns the prediction. Right answers are blue, mistakes orange, deeper for a larger share of the row.</p>
${chooser(comparison, candidates)}<div class="grid">${candidates.map(
    (row) => html`<div><h3>${row.name}</h3>
<figure>${raw(confusionChart(comparison, row).svg)}</figure>
<ul>${row.confusions.map((one) => html`<li>${confusionText(one)}</li>`)}</ul></div>`,
  )}</div>`;
}

/** Any model's matrix, and the difference of any two; made by the page's script. */
function chooser({ classNames }: Comparison, rows: readonly FinishedRow[]): Markup {
  const models = rows.map(({ name, confusion }) => ({ name, confusion }));
  return html`<div class="confusion-chooser" hidden>${jsonScript({ classNames, models })}<output></output></div>`;
}

function timeToAccuracy(comparison: Comparison, rows: readonly FinishedRow[]): Markup | null {
  const drawn = chart(
    (room) => timeToAccuracyChart(comparison, room),
    'A point is an epoch: accuracy on the validation images against the seconds of training until then.',
  );
  return (
    drawn &&
    html`${drawn}${legend(false)}${modelTable(timeToAccuracyTable(rows))}<p class="faint">${TIME_TO_ACCURACY_NOTE}</p>`
  );
}

function curves(rows: readonly FinishedRow[]): Markup | null {
  const drawn = rows
    .map((row) => ({
      row,
      charts: (['accuracy', 'loss'] as const)
        .map((kind) => learningCurveChart(row, kind))
        .filter((one) => one !== null),
    }))
    .filter(({ charts }) => charts.length > 0);
  if (drawn.length === 0) return null;
  return html`<div class="grid small">${drawn.map(
    ({ row, charts }) =>
      html`<div><h3>${row.name}</h3>${charts.map(({ svg }) => html`<figure>${raw(svg)}</figure>`)}</div>`,
  )}</div>`;
}

function latency(comparison: Comparison, rows: readonly FinishedRow[]): Markup | null {
  const numbers = latencyTable(rows);
  if (numbers.lines.length === 0) return null;
  return html`${chart((room) => latencyChart(comparison, room), 'Dots are medians, lines reach to the 99th percentile.')}
${legend(true)}
<details><summary>Median and 99th percentile of one call</summary>${modelTable(numbers)}</details>`;
}

function scores(rows: readonly FinishedRow[]): Markup | null {
  if (rows.length === 0) return null;
  const seeds = seedsTable(rows);
  return html`<h3>Scores, training beside test</h3>${modelTable(scoresTable(rows))}
<p class="faint">Accuracies in percent, train − test in percentage points. Calibration error: 15 bins of equal width.</p>
<h3>Where time and memory went</h3>${modelTable(costsTable(rows))}
${seeds.lines.length > 0 ? html`<h3>Several fits</h3>${modelTable(seeds)}<p class="faint">${SEVERAL_FITS}</p>` : null}`;
}

function printed(comparison: Comparison): Markup | null {
  const found = publishedTable(comparison);
  return found.lines.length === 0 ? null : html`${plainTable(found)}<p class="faint">${PUBLISHED_NOTE}</p>`;
}

function failures({ rows }: Comparison): Markup | null {
  const all = rows.flatMap((row) => row.failures.map((failure) => ({ row, failure })));
  if (all.length === 0) return null;
  return html`<dl>${all.map(
    ({ row, failure }) =>
      html`<dt>${row.name}, seed ${failure.seed}</dt><dd><span class="bad">${failure.status}</span> after ${duration(failure.afterSeconds)}. ${failure.kind}: ${failure.message}</dd>`,
  )}</dl>`;
}

function conditions({ conditions: same, differences }: Pick<Comparison, 'conditions' | 'differences'>): Markup {
  const facts = (all: readonly Fact[]): Markup =>
    html`<dl>${all.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  return html`${
    differences.length > 0
      ? html`<h3>The rows differ in</h3>${facts(differences)}<h3>What holds for every row</h3>`
      : html`<p>All rows were made under the same conditions.</p>`
  }${facts(same)}`;
}

function again({ rows }: Comparison): Markup {
  return html`<div class="box" tabindex="0"><table class="full">
<thead><tr><th scope="col">model</th><th scope="col" class="left">parameters</th><th scope="col" class="left">command</th></tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${row.name}</th><td class="left wrap">${Object.entries(row.params)
        .map(([key, value]) => `${key} = ${value}`)
        .join(
          ', ',
        )}</td><td class="left">${row.commands.map((command) => html`<code>${command}</code><br>`)}</td></tr>`,
  )}</tbody></table></div>`;
}

function modelTable({ head, lines }: ModelTable): Markup {
  return html`<div class="box" tabindex="0"><table class="pinned"><thead><tr><th scope="col" class="name">model</th>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${lines.map(({ row, cells }) => html`<tr><th scope="row">${row.name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>`;
}
