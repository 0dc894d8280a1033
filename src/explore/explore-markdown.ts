// An exploration as Markdown, with its pictures beside it.
import type { Dataset } from '../data/dataset.ts';
import { standalone } from '../document/chart-canvas.ts';
import { escapeMarkdown } from '../document/escape.ts';
import { integer } from '../document/format.ts';
import { scatter, sheet } from '../document/image-sheet.ts';
import { plainTable } from '../document/markdown-table.ts';
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
import { toPlaces } from './image-map.ts';
import { CLASS_COLOURS } from './map-style.ts';
import { averagesSheet, imageAt, samplesSheet } from './picture-grids.ts';

/** Lines of a list, at most. */
const MOST_LINES = 24;

/**
 * Renders the pictures that the Markdown shows.
 *
 * @returns bytes or text by file name
 */
export function explorationPictures(found: Exploration, dataset: Dataset): Map<string, Uint8Array | string> {
  const labelErrors = found.labelErrors.found.slice(0, MOST_LINES);
  const files = new Map<string, Uint8Array | string>([
    ['samples.png', samplesSheet(dataset)],
    ['averages.png', averagesSheet(found)],
    ['pixel-histogram.svg', standalone(histogramChart(found, 'wide'))],
  ]);
  if (labelErrors.length > 0) {
    const images = labelErrors.map(({ image }) => imageAt(dataset.test, image));
    files.set('labelErrors.png', sheet(images, dataset.shape, 12));
  }
  if (found.map) {
    const { train, test } = dataset;
    const labels = [...found.map.images].map((i) => train.labels[i] ?? test.labels[i - train.labels.length]!);
    files.set('map.png', scatter(toPlaces(found.map.points), labels, CLASS_COLOURS));
  }
  return files;
}

/**
 * Renders an exploration as Markdown.
 *
 * @param found what was found
 * @param dataset what it was found in
 * @param generatedAt UTC, ISO 8601
 */
export function renderExplorationMarkdown(found: Exploration, dataset: Dataset, generatedAt: string): string {
  const { classNames } = found;
  const findings = foregroundFindings(found);
  const nearDuplicates = found.nearDuplicates.found.slice(0, MOST_LINES).map((twin) => {
    const names = [dataset.test.labels[twin.test]!, dataset.train.labels[twin.train]!].map(
      (label) => classNames[label]!,
    );
    return duplicateText(twin, names as [string, string]);
  });
  const labelErrors = found.labelErrors.found.slice(0, MOST_LINES).map((one) => labelErrorText(one, classNames));
  const text = escapeMarkdown;
  return `${[
    `# What is in ${text(found.name)}?`,
    `Made by \`npm run explore\` on ${generatedAt.slice(0, 10)}; not edited by hand. The same with hover: \`index.html\` in this folder.`,
    '## Classes',
    plainTable(countsTable(found)),
    `The first training images of each class, a row a class: ${text(classNames.join(', '))}.`,
    '![Images of each class](samples.png)',
    '## Pixels',
    plainTable(pixelsTable(found)),
    '![How often each grey value occurs](pixel-histogram.svg)',
    '## Foreground, training against test',
    plainTable(foregroundTable(found)),
    ...(findings.length > 0 ? [list(findings)] : ['No class differs between training and test images (all p ≥ 0.05).']),
    INK_NOTE,
    '## Average and variance',
    `Mean image of each class, below it the variance: ${text(classNames.join(', '))}.`,
    '![Mean and variance of each class](averages.png)',
    '## NearDuplicates between training and test',
    text(duplicatesSentence(found)),
    ...(found.nearDuplicates.accuracies.length > 0 ? [plainTable(duplicatesTable(found))] : []),
    ...(nearDuplicates.length > 0 ? [folded(`The nearest ${nearDuplicates.length}`, list(nearDuplicates))] : []),
    '## LabelError labels',
    text(labelErrorsSentence(found)),
    ...(labelErrors.length > 0
      ? [
          '![The labelErrors, in the order of the list](labelErrors.png)',
          folded(`The first ${labelErrors.length}`, list(labelErrors)),
        ]
      : []),
    ...(found.map
      ? [
          '## Map',
          `${integer(found.map.images.length)} images, alike ones close together (UMAP).`,
          '![Map of the images](map.png)',
        ]
      : []),
  ].join('\n\n')}\n`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
}

function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
