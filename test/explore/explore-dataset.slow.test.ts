import { Window } from 'happy-dom';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentToTerminal } from '../../src/document/to-terminal.ts';
import { visibleText } from '../../src/document/visible-text.ts';
import { type Exploration, explore } from '../../src/explore/explore-dataset.ts';
import { toPlaces } from '../../src/explore/image-map.ts';
import { explorationDocument } from '../../src/explore/sections/exploration-document.ts';
import { renderExplorationMarkdown } from '../../src/explore/sections/exploration-markdown.ts';
import { renderExplorationHtml } from '../../src/explore/sections/exploration-page.ts';
import { encodeLabels } from '../../src/results/encode.ts';
import { HOSTILE_CLASSES } from '../report/hostile.ts';
import { dataset, records } from './small-dataset.ts';

let found: Exploration;
beforeAll(async () => {
  const labelErrors = { models: 3, confidence: 0.9 };
  found = await explore(dataset, records, { near: 10, labelErrors, map: 60, seed: 1 });
});

describe('explore', () => {
  it('uses only models of these images, the most accurate first', () => {
    expect(found.labelErrors.models).toEqual(['a', 'b', 'c']);
    expect(found.nearDuplicates.accuracies.map(({ modelId }) => modelId)).toEqual(['a', 'b', 'c']);
  });

  it('uses of each model the fit of its newest code with the lowest seed, of the benchmark with the most models', async () => {
    const [first] = records;
    // Told apart by how many images they have right.
    const at = (day: number, seed: number, right: number, code: string, benchmark = first!.benchmark) => ({
      ...first!,
      benchmark,
      seed,
      startedAt: `2026-03-0${day}T00:00:00Z`,
      model: { ...first!.model, sourceHash: code.repeat(64) },
      predictions: encodeLabels(dataset.test.labels.map((label, i) => (i < right ? label : (label + 1) % 8))),
    });
    const several = [at(1, 1, 3, 'a'), at(2, 1, 6, 'b'), at(3, 2, 9, 'b'), at(4, 1, 12, 'b', 'training')];
    const options = { near: 10, labelErrors: { models: 1, confidence: 1 }, map: 0, seed: 1 };
    const { nearDuplicates } = await explore(dataset, [...several, ...records.slice(1)], options);
    expect(nearDuplicates.accuracies.find(({ modelId }) => modelId === first!.model.id)!.all).toBe(6 / 24);
  });

  it('finds the near-duplicate and the error of its label', () => {
    expect(found.nearDuplicates.found).toContainEqual({ test: 1, train: 0, difference: 0, sameLabel: false });
    expect(found.labelErrors.found).toEqual([
      { image: 1, label: 1, suggested: 0, models: ['a', 'b', 'c'], confidence: 1 },
    ]);
  });

  it('lays out the requested number of images, the same way for the same seed', async () => {
    expect(found.map!.images).toHaveLength(60);
    expect(new Set(found.map!.images).size).toBe(60);
    expect(found.map!.points.every(Number.isFinite)).toBe(true);
    const again = await explore(dataset, [], { near: 0, labelErrors: { models: 1, confidence: 1 }, map: 60, seed: 1 });
    expect(again.map).toEqual(found.map);
  });

  it('makes no map of fewer images than an image has neighbours', async () => {
    const few = await explore(dataset, [], { near: 0, labelErrors: { models: 1, confidence: 1 }, map: 10, seed: 1 });
    expect(few.map).toBeNull();
  });
});

describe('the page', () => {
  it('is complete, and shows hostile names as text', async () => {
    const page = await renderExplorationHtml(found, dataset);
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
    document.write(page);
    const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
    expect(ids).toEqual([
      'class-counts',
      'pixel-values',
      'foreground',
      'mean-images',
      'near-duplicates',
      'label-errors',
      'map',
    ]);
    expect([...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))).toEqual(
      ids.map((id) => `#${id}`),
    );
    // Scripts: the data of the map and the page's own. Pictures: all inside the page.
    expect(document.querySelectorAll('script')).toHaveLength(2);
    for (const image of document.querySelectorAll('img'))
      expect(image.getAttribute('src')).toMatch(/^data:image\/(png|webp);base64,/);
    const handlers = [...document.querySelectorAll('*')].flatMap(({ attributes }) =>
      [...attributes].filter(({ name }) => name.startsWith('on')),
    );
    expect(handlers).toEqual([]);
    const data = JSON.parse(document.querySelector('script[type="application/json"]')!.textContent);
    expect(data.names).toEqual(HOSTILE_CLASSES.map(visibleText));
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });
});

describe('the Markdown', () => {
  it('links only the files that it has, and shows hostile names as text', () => {
    const { text, files } = renderExplorationMarkdown(found, dataset);
    const shown = [...text.matchAll(/!\[[^\]]*\]\(([\w.-]+)\)/g)].map(([, file]) => file);
    expect(shown.sort()).toEqual([...files.keys()].sort());
    const prose = text.replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    const tags = [...prose.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag);
    expect(tags.filter((tag) => !['details', 'summary'].includes(tag!))).toEqual([]);
  });
});

describe('every output', () => {
  it('has the same headings in the same order; the terminal leaves out sections of pictures', async () => {
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
    document.write(await renderExplorationHtml(found, dataset));
    const headings = [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
    const { text } = renderExplorationMarkdown(found, dataset);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(headings);
    const lines = documentToTerminal(explorationDocument(found, dataset), { columns: 100, colour: false }).split('\n');
    expect(lines.filter((line) => headings.includes(line))).toEqual(
      headings.filter((heading) => !['Mean images', 'Map of the images'].includes(heading)),
    );
  });
});

it('scales places to each axis of the map', () => {
  expect([...toPlaces(Float32Array.of(-1, 5, 0, 5, 1, 5))]).toEqual([0, 32_768, 32_768, 32_768, 65_535, 32_768]);
});
