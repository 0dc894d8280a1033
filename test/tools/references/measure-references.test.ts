import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { prepareSplit } from '../../../src/data/prepared.ts';
import { splitDataset } from '../../../src/data/split.ts';
import { readRecord } from '../../../src/results/read.ts';
import type { ProcessOutcome } from '../../../src/run/fit-process.ts';
import type { Io } from '../../../src/terminal/io.ts';
import { checkParameterCount, measureModel, type Reference } from '../../../tools/references/measure-references.ts';
import type { ReferenceLibrary, ReferenceRecipe } from '../../../tools/references/recipes.ts';
import type { ReferencesOptions } from '../../../tools/references/stage.ts';
import { twoClassDataset } from '../../fixtures/datasets.ts';
import { fakeFacts, fakeFit } from '../../fixtures/plans.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/fake-reference.py', import.meta.url));

function fakeReference(id: string, mode: string): Reference {
  const library: ReferenceLibrary = {
    id,
    package: 'numpy',
    requirements: fileURLToPath(new URL('../../../tools/references/requirements.txt', import.meta.url)),
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

it('fits ours once a round before all of its references, and keeps the rest when one of them fails', async () => {
  const dataset = twoClassDataset(20);
  const split = await prepareSplit(dataset, splitDataset(dataset, { validation: 4 }));
  const out = await temporaryFolder();
  const facts = fakeFacts('references', split);
  const fit = fakeFit('fine', split, path.join(out, 'm/no-commit/fine-s1-references.json'), 'references');
  const lines: string[] = [];
  const io: Io = {
    out: () => {},
    err: (line) => lines.push(line),
    exit: () => {},
    isTerminal: false,
    columns: 100,
    colour: false,
  };
  const options: ReferencesOptions = {
    models: ['fine'],
    rounds: 2,
    set: [],
    threads: 1,
    device: 'cpu',
    out,
    stopSeconds: 1,
  };
  const references = [fakeReference('one', 'fine'), fakeReference('two', 'crashing'), fakeReference('three', 'fine')];
  const measured = await measureModel({ split, facts }, fit, references, options, new AbortController().signal, io);

  // A line a fit, after the line of progress that its start may give.
  const ends = lines.filter((line) => /(%, fit|failed:)/.test(line)).map((line) => /^(\S+ \(\d)/.exec(line)?.[1]);
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
  // The same fits of ours stand on the left of all three.
  expect(new Set(comparisons.map(({ ours }) => JSON.stringify(ours.sumSeconds))).size).toBe(1);
});

it('takes no network for a reference that has other parameters than ours', () => {
  const ended = (parameterCount: number | null) =>
    ({ status: 'ok', engine: null, peakRssBytes: 1, totalSeconds: 2, outcome: { parameterCount } }) as ProcessOutcome;
  for (const [theirs, ours] of [
    [5, 5],
    [5, null],
    [null, 5],
  ] as const) {
    expect(checkParameterCount(ended(theirs), ours)).toEqual(ended(theirs));
  }
  const checked = checkParameterCount(ended(6), 5);
  expect(checked).toMatchObject({
    status: 'failed',
    totalSeconds: 2,
    error: { message: 'another network than ours: 6 parameters instead of 5' },
  });
  expect(checked).not.toHaveProperty('outcome');
});
