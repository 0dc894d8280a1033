// An exploration as one HTML file.
import type { Dataset } from '../data/dataset.ts';
import { integer } from '../document/format.ts';
import { plainTable } from '../document/html-parts.ts';
import { dataUri, sheet } from '../document/image-sheet.ts';
import { html, type Markup, raw } from '../document/markup.ts';
import { page } from '../document/page.ts';
import { jsonScript, type MapData } from '../document/page-data.ts';
import { histogramChart } from './explore-charts.ts';
import type { Exploration } from './explore-dataset.ts';
import {
  countsTable,
  duplicatesSentence,
  duplicatesTable,
  duplicateText,
  foregroundFindings,
  foregroundTable,
  INK_NOTE,
  labelErrorsSentence,
  labelErrorText,
  pixelsTable,
} from './explore-text.ts';
import { type ImageMap, toPlaces } from './image-map.ts';
import { CLASS_COLOURS, MAP_STYLE } from './map-style.ts';
import { averagesSheet, duplicatesSheet, imageAt, MAP_COLUMNS, mapSheet, samplesSheet } from './picture-grids.ts';

/** NearDuplicates and suspects that are shown as pictures, at most. */
const MOST_PICTURES = 48;

/**
 * Renders an exploration.
 *
 * @param found what was found
 * @param dataset what it was found in
 * @param generatedAt UTC, ISO 8601
 * @param script of the page; without it the map is empty
 * @returns an HTML document
 */
export function renderExplorationHtml(found: Exploration, dataset: Dataset, generatedAt: string, script = ''): string {
  const sections: { id: string; heading: string; body: Markup }[] = [
    { id: 'classes', heading: 'Classes', body: classes(found, dataset) },
    { id: 'pixels', heading: 'Pixels', body: pixels(found) },
    { id: 'foreground', heading: 'Foreground, training against test', body: ink(found) },
    { id: 'averages', heading: 'Average and variance', body: averages(found) },
    { id: 'twins', heading: 'NearDuplicates between training and test', body: twins(found, dataset) },
    { id: 'suspects', heading: 'LabelError labels', body: suspects(found, dataset) },
    ...(found.map ? [{ id: 'map', heading: 'Map', body: map(found.map, found, dataset) }] : []),
  ];
  return page({
    title: `What is in ${found.name}?`,
    heading: `What is in ${found.name}?`,
    lead: html`<p class="faint">Made by <code>npm run explore</code> on <time datetime="${generatedAt}">${generatedAt.slice(0, 10)}</time>.</p>`,
    links: sections.map(({ id, heading }) => ({ id, text: heading })),
    main: html`${sections.map(
      ({ id, heading, body }) =>
        html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${body}</section>\n`,
    )}`,
    footer: 'Images are named by their positions in the files, from 0.',
    style: MAP_STYLE,
    script,
  });
}

function picture(png: Uint8Array, alt: string, width: number): Markup {
  return html`<img class="pixelated" src="${dataUri(png)}" alt="${alt}" width="${width}">`;
}

function classes(found: Exploration, dataset: Dataset): Markup {
  return html`${plainTable(countsTable(found))}
<figure>${picture(samplesSheet(dataset), 'Images of each class, a row a class', 680)}<figcaption>The first training images of each class: ${found.classNames.join(', ')}.</figcaption></figure>`;
}

function pixels(found: Exploration): Markup {
  const [wide, narrow] = [histogramChart(found, 'wide'), histogramChart(found, 'narrow')];
  return html`${plainTable(pixelsTable(found))}
<figure><div class="chart-wide">${raw(wide.svg)}</div><div class="chart-narrow">${raw(narrow.svg)}</div></figure>`;
}

function ink(found: Exploration): Markup {
  const findings = foregroundFindings(found);
  return html`${plainTable(foregroundTable(found))}
${findings.length > 0 ? html`<ul>${findings.map((sentence) => html`<li>${sentence}</li>`)}</ul>` : html`<p>No class differs between training and test images (all p ≥ 0.05).</p>`}
<p class="faint">${INK_NOTE}</p>`;
}

function averages(found: Exploration): Markup {
  return html`<figure>${picture(averagesSheet(found), 'Mean image of each class, below it the variance', 880)}<figcaption>Mean image of each class, below it the variance of each pixel, scaled to its largest: ${found.classNames.join(', ')}.</figcaption></figure>`;
}

function twins(found: Exploration, dataset: Dataset): Markup {
  const shown = found.nearDuplicates.found.slice(0, MOST_PICTURES);
  const names = (twin: (typeof shown)[number]): readonly [string, string] => [
    found.classNames[dataset.test.labels[twin.test]!]!,
    found.classNames[dataset.train.labels[twin.train]!]!,
  ];
  return html`<p>${duplicatesSentence(found)}</p>
${found.nearDuplicates.accuracies.length > 0 ? plainTable(duplicatesTable(found)) : null}
${gallery(
  shown.map((twin) => ({ png: duplicatesSheet(dataset, twin), width: 171, words: duplicateText(twin, names(twin)) })),
  found.nearDuplicates.found.length,
)}`;
}

function suspects(found: Exploration, dataset: Dataset): Markup {
  const shown = found.labelErrors.found.slice(0, MOST_PICTURES);
  return html`<p>${labelErrorsSentence(found)}</p>
${gallery(
  shown.map((suspect) => ({
    png: sheet([imageAt(dataset.test, suspect.image)], dataset.shape, 1),
    width: 84,
    words: labelErrorText(suspect, found.classNames),
  })),
  found.labelErrors.found.length,
)}`;
}

function gallery(pictures: readonly { png: Uint8Array; width: number; words: string }[], total: number): Markup | null {
  if (pictures.length === 0) return null;
  return html`<details open><summary>${pictures.length < total ? `The first ${pictures.length} of ${total}` : `All ${total}`}</summary>
<ul class="pictures">${pictures.map(({ png, width, words }) => html`<li>${picture(png, '', width)}<br>${words}</li>\n`)}</ul></details>`;
}

function map({ images, points }: ImageMap, found: Exploration, dataset: Dataset): Markup {
  const { train, test, shape } = dataset;
  const labelOf = (position: number): number =>
    position < train.labels.length ? train.labels[position]! : test.labels[position - train.labels.length]!;
  const data: MapData = {
    names: found.classNames,
    colours: CLASS_COLOURS,
    width: shape.width,
    height: shape.height,
    columns: MAP_COLUMNS,
    labels: base64(Uint8Array.from(images, labelOf)),
    places: base64(toPlaces(points)),
  };
  return html`<ul class="keys">${found.classNames.map(
    (name, i) =>
      html`<li><button type="button" aria-pressed="true"><b style="background:${CLASS_COLOURS[i % CLASS_COLOURS.length]!}"></b>${name}</button></li>`,
  )}</ul>
<div class="map"><canvas width="880" height="640" role="img" aria-label="${integer(images.length)} images, alike ones close together, coloured by class"></canvas>
<output><i></i><span></span></output><img src="${dataUri(mapSheet(images, dataset))}" alt="" hidden>
${jsonScript(data)}</div>
<p class="faint">${integer(images.length)} images, evenly from training and test; alike ones lie close together (UMAP on exact nearest neighbours). Distances between clusters mean little. The pointer shows the picture; a name hides its class.</p>`;
}

function base64(values: Uint8Array | Uint16Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
