// A comparison as one HTML file: what changed first, then model by model the images whose answers did.

import { slug } from '../../document/escape.ts';
import { plainTable } from '../../document/html-parts.ts';
import { dataUri, sheet } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import { DEEP, depthPercent } from '../../document/matrix-depth.ts';
import { page } from '../../document/page.ts';
import type { LabelledImages } from '../../types.ts';
import type { Diff, Flip, MetricChange, ModelDiff, Verdict } from './diff-data.ts';
import {
  CHANGE_NOTE,
  cellText,
  changedClasses,
  changedMistakes,
  changedModels,
  changeText,
  classText,
  flipsText,
  isChanged,
  isOneOfSeeds,
  LEGEND,
  MARKS,
  MATRIX_NOTE,
  oneSided,
  outcomeText,
  overviewCell,
  placeText,
  remarksOf,
  restText,
  SEED_NOTE,
  sharedDifferences,
  sidesText,
  titleOf,
  valuesText,
} from './diff-text.ts';
import type { Outcome } from './outcome.ts';

/** What a page needs besides the comparison. */
export interface DiffPageOptions {
  /** Test images by the hash of their split, for the pictures. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  /** UTC, ISO 8601. */
  readonly generatedAt: string;
  /** Of every page; the page is whole without it. */
  readonly script?: string;
}

/** Images that are shown of each model: those that broke, and as many that were fixed. */
const MOST_PICTURES = 48;
/** Pixels of the page for one of a picture. */
const ZOOM = 3;
/** A change of the matrix is drawn no deeper than a share of this many images, so that one image stays pale. */
const LEAST_SCALE = 20;
const STYLE = `
.outcome{font-size:1.1rem;font-weight:650;border-left:4px solid var(--faint);padding-left:.8rem;overflow-wrap:anywhere}
.outcome.good{border-color:var(--good)}
.outcome.bad{border-color:var(--bad)}
.changes td,.changes th{white-space:nowrap}
.changes td.good,.overview td.good{font-weight:600}
.overview td.even{color:var(--faint)}
.matrix td.beyond{outline:2px solid var(--foreground);outline-offset:-2px}
h1,h3,summary{overflow-wrap:anywhere}
`.replaceAll('\n', '');

/**
 * Renders a comparison.
 *
 * @param diff what changed
 * @param outcome what it comes to
 * @param options pictures, date, script
 * @returns an HTML document
 */
export function renderDiffHtml(
  diff: Diff,
  outcome: Outcome,
  { tests, generatedAt, script = '' }: DiffPageOptions,
): string {
  const detailed = diff.models.filter((model) => model.classes.length > 0 || remarksOf(model).length > 0);
  const taken = new Set(['changed', 'all-models', 'images', 'differences']);
  const sections: { id: string; heading: string; body: Markup }[] = [
    { id: 'changed', heading: 'What changed', body: changedPart(diff, outcome) },
    ...(diff.models.length > 0 ? [{ id: 'all-models', heading: 'All models', body: overviewPart(diff) }] : []),
    ...(detailed.length > 0
      ? [
          {
            id: 'images',
            heading: 'Image by image',
            body: html`${detailed.some(isOneOfSeeds) ? html`<p class="faint">${SEED_NOTE}</p>` : null}
${detailed.map((model, i) => detailsPart(model, diff.classNames, tests, slug(model.name, taken), i === 0))}`,
          },
        ]
      : []),
    { id: 'differences', heading: 'Besides the metrics', body: differencesPart(diff) },
  ];
  const state = ['good', 'bad', ''][outcome.code]!;
  return page({
    title: `What changed: ${sidesText(diff)}`,
    heading: sidesText(diff),
    lead: html`<p>${placeText(diff)}</p>
<p class="outcome ${state}">${outcomeText(outcome)}</p>
${diff.cautions.map((caution) => html`<p class="note">${caution}</p>\n`)}
<p class="faint">Made by <code>npm run diff</code> on <time datetime="${generatedAt}">${generatedAt.slice(0, 10)}</time>.</p>`,
    links: sections.map(({ id, heading }) => ({ id, text: heading })),
    main: html`${sections.map(
      ({ id, heading, body }) =>
        html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${body}</section>\n`,
    )}`,
    footer: 'Images are named by their positions among the test images, from 0.',
    style: STYLE,
    script,
  });
}

function changedPart(diff: Diff, outcome: Outcome): Markup {
  const rest = [restText(diff, outcome), ...oneSided(diff)].filter((sentence) => sentence !== '');
  return html`${changedModels(diff).map(
    ({ name, metrics }) => html`<h3>${name}</h3>${changesTable(metrics.filter(isChanged))}\n`,
  )}${rest.map((sentence) => html`<p>${sentence}</p>\n`)}`;
}

function changesTable(changes: readonly MetricChange[]): Markup {
  const head = ['metric', 'verdict', 'before → after', 'change (95 % interval)'];
  return html`<div class="box" tabindex="0"><table class="changes pinned"><thead><tr>${head.map((name, i) => html`<th scope="col"${i === 0 ? html` class="name"` : i === 1 ? html` class="left"` : null}>${name}</th>`)}<th scope="col" class="left">evidence</th></tr></thead>
<tbody>${changes.map(
    (change) =>
      html`<tr><th scope="row">${titleOf(change.metric)}</th><td class="left ${classOf(change.verdict)}">${MARKS[change.verdict]} ${change.verdict}</td><td>${valuesText(change)}</td><td>${changeText(change)}</td><td class="left">${change.evidence}</td></tr>\n`,
  )}</tbody></table></div>`;
}

function classOf(verdict: Verdict): string {
  return verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'even';
}

function overviewPart({ models, metrics: ids }: Diff): Markup {
  return html`<div class="box" tabindex="0"><table class="overview pinned"><thead><tr><th scope="col" class="name">model</th>${ids.map((id) => html`<th scope="col">${titleOf(id)}</th>`)}</tr></thead>
<tbody>${models.map(
    ({ name, metrics }) =>
      html`<tr><th scope="row">${name}</th>${metrics.map((change) => html`<td class="${classOf(change.verdict)}" title="${titleOf(change.metric)}: ${change.verdict}, ${change.evidence}">${overviewCell(change)}</td>`)}</tr>\n`,
  )}</tbody></table></div>
<p class="faint">${LEGEND}. ${CHANGE_NOTE}</p>`;
}

function detailsPart(
  model: ModelDiff,
  classNames: readonly string[],
  tests: DiffPageOptions['tests'],
  id: string,
  isOpen: boolean,
): Markup {
  const lines = [...remarksOf(model), ...changedClasses(model).map(classText), ...changedMistakes(model).map(cellText)];
  const none = model.classes.length > 0 ? html`<p>No class and no kind of mistake changed beyond chance.</p>` : null;
  return html`<details id="${id}"${isOpen ? html` open` : null}><summary>${model.name}, ${flipsText(model)}</summary>
${changesTable(model.metrics)}
${lines.length > 0 ? html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>` : none}
${matrixPart(model, classNames)}
${galleryPart(model, classNames, model.splitHash === null ? undefined : tests.get(model.splitHash))}</details>\n`;
}

function matrixPart({ confusion, cells }: ModelDiff, classNames: readonly string[]): Markup | null {
  const scale = Math.max(LEAST_SCALE, ...confusion.flat().map(Math.abs));
  if (confusion.flat().every((value) => value === 0)) return null;
  const beyond = new Set(cells.map(({ truth, predicted }) => JSON.stringify([truth, predicted])));
  const cell = (value: number, truth: number, predicted: number): Markup => {
    const depth = Math.sqrt(Math.abs(value) / scale);
    const names = [classNames[truth]!, classNames[predicted]!] as const;
    const isGood = (truth === predicted) === value > 0;
    const isBeyond = beyond.has(JSON.stringify(names));
    const className = [isGood ? 'good' : 'bad', depth > DEEP ? 'deep' : '', isBeyond ? 'beyond' : ''].join(' ').trim();
    const written = signed(value);
    return html`<td class="${className}" style="--depth:${depthPercent(depth)}%" title="${names[0]} taken for ${names[1]}: ${written || '0'} images${isBeyond ? ', beyond chance' : ''}">${written}</td>`;
  };
  return html`<p class="faint">${MATRIX_NOTE}</p>
<div class="box" tabindex="0"><table class="matrix pinned"><thead><tr><td></td>${classNames.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${confusion.map((row, truth) => html`<tr><th scope="row">${classNames[truth]!}</th>${row.map((value, predicted) => cell(value, truth, predicted))}</tr>\n`)}</tbody></table></div>`;
}

function signed(value: number): string {
  if (value === 0) return '';
  return `${value > 0 ? '+' : '−'}${Math.abs(value)}`;
}

function galleryPart(
  { flips }: ModelDiff,
  classNames: readonly string[],
  test: LabelledImages | undefined,
): Markup | null {
  if (!test) return null;
  const isFixed = ({ truth, after }: Flip): boolean => truth === after;
  const part = (what: string, found: readonly Flip[]): Markup | null => {
    if (found.length === 0) return null;
    const count =
      found.length > MOST_PICTURES ? `the first ${MOST_PICTURES} of ${found.length}` : `all ${found.length}`;
    return html`<h3>${what}, ${count}</h3>
<ul class="pictures">${found.slice(0, MOST_PICTURES).map((flip) => html`<li>${picture(flip, test)}<br>${answers(flip, classNames)}</li>\n`)}</ul>`;
  };
  const fixed = flips.filter(isFixed);
  const broke = flips.filter((flip) => !isFixed(flip));
  return html`${part('Broke', broke)}${part('Fixed', fixed)}`;
}

function picture({ image }: Flip, { bytes, shape }: LabelledImages): Markup {
  const size = shape.height * shape.width * shape.channels;
  const png = sheet([bytes.subarray(image * size, (image + 1) * size)], shape, 1);
  return html`<img class="pixelated" src="${dataUri(png)}" alt="test image ${image}" title="test image ${image}" width="${shape.width * ZOOM}" height="${shape.height * ZOOM}" loading="lazy">`;
}

/** The truth, then both answers. */
function answers({ truth, before, after }: Flip, classNames: readonly string[]): Markup {
  const name = (label: number): string => classNames[label] ?? String(label);
  const answer = (label: number): Markup =>
    html`<span class="${label === truth ? 'good' : 'bad'}">${label === truth ? '✓' : '✗'} ${name(label)}</span>`;
  return html`<b>${name(truth)}</b><br>${answer(before)}<br>→ ${answer(after)}`;
}

function differencesPart(diff: Diff): Markup {
  const lines = sharedDifferences(diff).map(({ name, change, where }) => [name, change, where]);
  if (lines.length === 0)
    return html`<p>The models on both sides have equal parameters, code, versions and machines.</p>`;
  return plainTable({ head: ['what', 'change', 'where'], names: 3, words: 1, lines });
}
