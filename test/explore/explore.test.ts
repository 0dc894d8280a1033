import { Window } from 'happy-dom';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/dataset.ts';
import { type Exploration, explore } from '../../src/explore/explore.ts';
import { renderExplorationHtml } from '../../src/explore/html.ts';
import { toPlaces } from '../../src/explore/map.ts';
import { explorationPictures, renderExplorationMarkdown } from '../../src/explore/markdown.ts';
import { createRandom } from '../../src/random.ts';
import { encodeConfidence, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeRecord } from '../fixtures/records.ts';
import { HOSTILE_CLASSES } from '../report/hostile.ts';

const shape = { height: 6, width: 6, channels: 1 };
const CLASSES = HOSTILE_CLASSES.length;
const NOW = '2026-02-03T04:05:06.000Z';

/** Images whose class is the number of inked pixels, noise apart. */
function part(count: number, seed: number) {
  const random = createRandom(seed);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  const bytes = new Uint8Array(count * 36);
  for (const [i, label] of labels.entries()) {
    for (let k = 0; k <= label * 3; k++) bytes[i * 36 + k] = 100 + Math.floor(random() * 100);
  }
  return { bytes, labels };
}

const train = part(80, 1);
const test = part(24, 2);
// One test image is a training image, and bears another label.
test.bytes.set(train.bytes.subarray(0, 36), 36);
const dataset: Dataset = {
  name: '<b>data</b>',
  files: { 'train-images': 'aa'.repeat(32), 'test-images': 'bb'.repeat(32) },
  shape,
  classNames: HOSTILE_CLASSES,
  train,
  test,
};

/** A model that is right but for the second image, of whose other class it is sure. */
function makeOpinion(
  model: string,
  accuracy: number,
  changes: Partial<FinishedRecord['dataset']> = {},
): FinishedRecord {
  const record = makeRecord({ model, classCount: CLASSES, images: 24 });
  const labels = test.labels.map((label, i) => (i === 1 ? 0 : label));
  const probabilities = new Float32Array(24 * CLASSES).fill(1);
  return {
    ...record,
    metrics: { ...record.metrics, accuracy },
    dataset: { ...record.dataset, files: dataset.files, test: 24, ...changes },
    predictions: encodeLabels(labels),
    confidence: encodeConfidence({ labels, probabilities }),
  };
}

const records = [
  makeOpinion('b', 0.8),
  makeOpinion('c', 0.7),
  makeOpinion('a', 0.9),
  makeOpinion('other-data', 0.9, { files: { 'test-images': 'cc'.repeat(32) } }),
  makeOpinion('part-of-the-test', 0.9, { test: 12 }),
];

let found: Exploration;
beforeAll(async () => {
  const suspects = { models: 3, confidence: 0.9 };
  found = await explore(dataset, records, { near: 10, suspects, map: 60, seed: 1 });
});

describe('explore', () => {
  it('asks only models that saw these images, the most accurate first', () => {
    expect(found.suspects.models).toEqual(['a', 'b', 'c']);
    expect(found.twins.accuracies.map(({ modelId }) => modelId)).toEqual(['a', 'b', 'c']);
  });

  it('finds the twin and suspects its label', () => {
    expect(found.twins.found).toContainEqual({ test: 1, train: 0, difference: 0, sameLabel: false });
    expect(found.suspects.found).toEqual([
      { image: 1, label: 1, suggested: 0, models: ['a', 'b', 'c'], confidence: 1 },
    ]);
  });

  it('lays out so many images, the same way for the same seed', async () => {
    expect(found.map!.images).toHaveLength(60);
    expect(new Set(found.map!.images).size).toBe(60);
    expect(found.map!.points.every(Number.isFinite)).toBe(true);
    const again = await explore(dataset, [], { near: 0, suspects: { models: 1, confidence: 1 }, map: 60, seed: 1 });
    expect(again.map).toEqual(found.map);
  });

  it('makes no map of fewer images than an image has neighbours', async () => {
    const few = await explore(dataset, [], { near: 0, suspects: { models: 1, confidence: 1 }, map: 10, seed: 1 });
    expect(few.map).toBeNull();
  });
});

describe('the page', () => {
  it('is whole, and hostile names stay text', () => {
    const page = renderExplorationHtml(found, dataset, NOW);
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
    document.write(page);
    const ids = [...document.querySelectorAll('section')].map(({ id }) => id);
    expect(ids).toEqual(['classes', 'pixels', 'ink', 'averages', 'twins', 'suspects', 'map']);
    expect([...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))).toEqual(
      ids.map((id) => `#${id}`),
    );
    // Scripts: the data of the map and the page's own. Pictures: all inside the page.
    expect(document.querySelectorAll('script')).toHaveLength(2);
    for (const image of document.querySelectorAll('img')) expect(image.getAttribute('src')).toMatch(/^data:image\/png/);
    const handlers = [...document.querySelectorAll('*')].flatMap(({ attributes }) =>
      [...attributes].filter(({ name }) => name.startsWith('on')),
    );
    expect(handlers).toEqual([]);
    const data = JSON.parse(document.querySelector('script[type="application/json"]')!.textContent);
    expect(data.names).toEqual(HOSTILE_CLASSES);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });
});

describe('the Markdown', () => {
  it('shows pictures that are there, and hostile names stay text', () => {
    const text = renderExplorationMarkdown(found, dataset, NOW);
    const files = explorationPictures(found, dataset);
    const shown = [...text.matchAll(/!\[[^\]]*\]\(([\w.-]+)\)/g)].map(([, file]) => file);
    expect(shown.sort()).toEqual([...files.keys()].sort());
    const prose = text.replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    const tags = [...prose.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag);
    expect(tags.filter((tag) => !['details', 'summary'].includes(tag!))).toEqual([]);
  });
});

it('scales places to each axis of the map', () => {
  expect([...toPlaces(Float32Array.of(-1, 5, 0, 5, 1, 5))]).toEqual([0, 32_768, 32_768, 32_768, 65_535, 32_768]);
});
