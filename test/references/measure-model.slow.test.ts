import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ReferenceLibrary, ReferenceRecipe } from '../../src/base/reference-recipe.ts';
import { prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { checkParameterCount, measureModel, type Reference } from '../../src/references/measure-model.ts';
import type { ReferencesOptions } from '../../src/references/options.ts';
import { readRecord } from '../../src/results/read.ts';
import type { ProcessOutcome } from '../../src/run/fit-process.ts';
import { twoClassDataset } from '../fixtures/datasets.ts';
import { fakeFacts, fakeFit } from '../fixtures/plans.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/fake-reference.py', import.meta.url));

function fakeReference(id: string, mode: string): Reference {
  const library: ReferenceLibrary = {
    id,
    package: 'numpy',
    requirements: 'requirements.txt',
    source: 'a fake',
  };
  const recipe: ReferenceRecipe = {
    modelId: 'fine',
    library,
    estimator: 'fake.Fake',
    shared: {},
    fixed: { k: 3 },
    notes: {},
  };
  return { recipe, command: ['python3', PROGRAM, mode], versions: { numpy: '1.0.0' } };
}

it('fits our model once per round before its references, and goes on with the others when one fails', async () => {
  const dataset = twoClassDataset(20);
  const split = await prepareSplit(dataset, splitDataset(dataset, { validation: 4 }));
  const out = await temporaryFolder();
  const facts = fakeFacts('references', split);
  const fit = fakeFit('fine', split, path.join(out, 'm/no-commit/fine-s1-references.json'), 'references');
  const said: Said = { out: [], err: [], code: null };
  const options: ReferencesOptions = { rounds: 2, set: [], threads: 1, device: 'cpu', out };
  const context = { run: { split, facts }, options, io: recordingIo(said), signal: new AbortController().signal };
  const references = [fakeReference('one', 'fine'), fakeReference('two', 'crashing'), fakeReference('three', 'fine')];
  const measured = await measureModel(context, fit, references);

  // One line per fit; a line of progress may come before it.
  const ends = said.err.filter((line) => /(%, fit|failed:)/.test(line)).map((line) => /^(\S+ \(\d)/.exec(line)?.[1]);
  expect(ends).toEqual([
    'fine (1',
    'fine-one (1',
    'fine-two (1',
    'fine-three (1',
    'fine (2',
    'fine-one (2',
    'fine-three (2',
  ]);
  const { records, comparisons } = measured!;
  expect(records.map(({ model }) => [model.id, model.role, model.referenceOf])).toEqual([
    ['fine', 'model', undefined],
    ['fine-one', 'reference', 'fine'],
    ['fine-two', 'reference', 'fine'],
    ['fine-three', 'reference', 'fine'],
  ]);
  expect(records.map(({ status }) => status)).toEqual(['ok', 'ok', 'failed', 'ok']);
  expect(new Set(records.map(({ command }) => command)).size).toBe(1);
  for (const record of records) {
    const file = path.join(out, `m/no-commit/${record.model.id}-s1-references.json`);
    expect(await readRecord(file)).toEqual(record);
  }
  expect(comparisons.map(({ reference, ratios }) => [reference.modelId, ratios.length])).toEqual([
    ['fine-one', 2],
    ['fine-two', 0],
    ['fine-three', 2],
  ]);
  // All three are compared with the same fits of our model.
  expect(new Set(comparisons.map(({ ours }) => JSON.stringify(ours.sumSeconds))).size).toBe(1);
});

it('turns a reference into a failure when its network has another number of parameters than ours', () => {
  const ended = (parameterCount: number | null) =>
    ({ status: 'ok', engine: null, peakRssBytes: 1, totalSeconds: 2, outcome: { parameterCount } }) as ProcessOutcome;
  for (const [reference, ours] of [
    [5, 5],
    [5, null],
    [null, 5],
  ] as const) {
    expect(checkParameterCount(ended(reference), ours)).toEqual(ended(reference));
  }
  const checked = checkParameterCount(ended(6), 5);
  expect(checked).toMatchObject({
    status: 'failed',
    totalSeconds: 2,
    error: { message: "the reference's network differs from ours: it has 6 parameters, expected 5" },
  });
  expect(checked).not.toHaveProperty('outcome');
});
