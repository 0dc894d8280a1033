// The parts of the page that are about single test images.

import { integer } from '../../document/format.ts';
import { heatPng } from '../../document/heat-png.ts';
import { chart } from '../../document/html-parts.ts';
import { dataUri } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import { type GalleryData, jsonScript } from '../../document/page-data.ts';
import { calibrationChart } from '../charts/calibration-chart.ts';
import type { Comparison, Gallery, GradCamPart, PairwiseTest } from '../model/report-data.ts';
import {
  CALIBRATION_NOTE,
  GRAD_CAM_NOTE,
  isToldApart,
  PAIRWISE_NOTE,
  pairwiseFinding,
  pairwiseText,
} from './image-text.ts';

/** Hardest images that the page shows without its script. */
const HARDEST_SHOWN = 24;

/** Which models can be told apart: a grid, the better of two named in its cell. */
export function pairwisePart({ images }: Comparison): Markup | null {
  if (!images || images.pairwiseTests.length === 0) return null;
  const names = namesOf(images.pairwiseTests);
  const cell = (row: string, column: string): Markup => {
    if (row === column) return html`<td class="same"></td>`;
    const pairwiseTest = images.pairwiseTests.find(
      ({ first, second }) => (first === row && second === column) || (first === column && second === row),
    )!;
    const mark = !isToldApart(pairwiseTest) ? '≈' : isBetter(row, pairwiseTest) ? '▲' : '▽';
    const className = !isToldApart(pairwiseTest) ? 'even' : isBetter(row, pairwiseTest) ? 'good' : 'bad';
    return html`<td class="${className}" title="${pairwiseText(pairwiseTest)}">${mark}</td>`;
  };
  return html`<p>${pairwiseFinding(images)}</p>
<div class="box" tabindex="0"><table class="pairwiseTests pinned"><thead><tr><td class="name"></td>${names.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${names.map((row) => html`<tr><th scope="row">${row}</th>${names.map((column) => cell(row, column))}</tr>\n`)}</tbody></table></div>
<p class="faint">${PAIRWISE_NOTE}</p>`;
}

/** The rows' names in their order. */
function namesOf(pairwiseTests: readonly PairwiseTest[]): string[] {
  return [...new Set(pairwiseTests.flatMap(({ first, second }) => [first, second]))];
}

function isBetter(name: string, { first, onlyFirst, onlySecond }: PairwiseTest): boolean {
  return (name === first) === onlyFirst > onlySecond;
}

/** How sure against how right. */
export function calibrationPart(comparison: Comparison): Markup | null {
  return chart((room) => calibrationChart(comparison, room), CALIBRATION_NOTE);
}

/** The gallery: the hardest images at once, everything else by its script. */
export function galleryPart({ images, classNames }: Comparison): Markup | null {
  if (!images?.gallery) return null;
  const { gallery } = images;
  const hardest = gallery.pictures
    .map((one, i) => ({ ...one, i }))
    .filter(({ truth, answers }) => answers.every(({ label }) => label !== truth))
    .slice(0, HARDEST_SHOWN);
  return html`<p>${integer(gallery.missed.byAll)} test images are missed by every model, ${integer(gallery.missed.byAllButOne)} by all but one. Shown are those, and of each model the mistakes it was surest of and some of every kind; a picture shows what each model says of it.</p>
<div class="gallery"><img src="${gallery.sheet}" alt="" hidden>${jsonScript(galleryData(gallery, classNames))}
<output><ul class="pictures">${hardest.map(
    ({ i, image, truth }) => html`<li>${picture(gallery, i, image, 3)}<br>${classNames[truth] ?? String(truth)}</li>`,
  )}</ul></output></div>`;
}

function galleryData(
  { pictures, sheet: _, missed: __, ...gallery }: Gallery,
  classNames: readonly string[],
): GalleryData {
  const bytes = (values: readonly number[]): string => Buffer.from(values).toString('base64');
  return {
    ...gallery,
    classNames,
    images: pictures.map(({ image }) => image),
    truth: bytes(pictures.map(({ truth }) => truth)),
    labels: gallery.models.map((_name, model) => bytes(pictures.map(({ answers }) => answers[model]!.label))),
    confidence: gallery.models.map((_name, model) => {
      const all = pictures.map(({ answers }) => answers[model]!.confidence);
      return all.some((one) => one === null) ? null : bytes(all.map((one) => Math.round(255 * one!)));
    }),
  };
}

/** One picture of the sheet; the style sheet knows the sheet itself. */
function picture({ height, width, columns }: Gallery, at: number, image: number, zoom: number): Markup {
  const [cell, line] = [(width + 1) * zoom, (height + 1) * zoom];
  const place = `${-(at % columns) * cell}px ${-Math.floor(at / columns) * line}px`;
  return html`<span class="pixelated sheet" role="img" aria-label="test image ${image}" style="display:inline-block;width:${width * zoom}px;height:${height * zoom}px;background-position:${place};background-size:${columns * cell - zoom}px auto"></span>`;
}

/** Where networks looked: the picture, what was looked at, both. */
export function gradCamPart({ images, classNames, slug }: Comparison): Markup | null {
  if (!images?.gallery || images.gradCam.length === 0) return null;
  const { gallery, gradCam } = images;
  const at = new Map(gallery.pictures.map(({ image }, i) => [image, i]));
  const className = (label: number): string => classNames[label] ?? String(label);
  const one = ({ height, width }: GradCamPart, { image, truth, label, map }: GradCamPart['images'][number]) => {
    const shown = picture(gallery, at.get(image)!, image, 3);
    const heat = html`<img src="${dataUri(heatPng(map, width, height))}" alt="">`;
    const isRight = truth === label;
    return html`<li><span class="triple">${shown}<span class="seen">${heat}</span><span class="seen">${shown}${heat}</span></span><span class="${isRight ? 'good' : 'bad'}">${isRight ? '✓' : '✗'} ${className(truth)}${isRight ? null : ` → ${className(label)}`}</span></li>`;
  };
  return html`<p class="faint">${GRAD_CAM_NOTE}</p>
${gradCam.map(
  (part, i) =>
    html`<details${i === 0 ? html` open` : null} id="${slug}-looks-${part.slug}"><summary>${part.name}, layer ${part.layer}</summary><ul class="triples" style="--side:${gallery.width * 3}px">${part.images.map((image) => one(part, image))}</ul></details>\n`,
)}`;
}

/** Tells the page where its sheet of pictures is, once. */
export function galleryStyle(comparisons: readonly Comparison[]): string {
  return comparisons
    .flatMap(({ slug, images }) =>
      images?.gallery ? `[id="${slug}"] .sheet{background-image:url(${images.gallery.sheet})}` : [],
    )
    .join('');
}
