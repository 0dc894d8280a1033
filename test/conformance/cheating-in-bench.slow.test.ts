// A model that cheats gains nothing in a benchmark, or its record has a caution.
import { beforeAll, expect, it } from 'vitest';
import { syntheticDataset } from '../../src/conformance/trial/synthetic-dataset.ts';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { type ProcessOutcome, runFitProcess } from '../../src/run/fit-process.ts';
import { cheatingModels } from './cheating-models.ts';

/** Enough for a fit of several seconds: shorter work is not worth a caution. */
const EPOCHS = 30;
/** A cheat pays if the fit looks this much shorter, or the accuracy this much higher. */
const NOTABLE_TIME_SHARE = 0.5;
const NOTABLE_ACCURACY = 0.02;

/** Models that only the conformance checks notice, and why. */
const ONLY_DOCTOR: Readonly<Record<string, string>> = {
  'trains-in-large-predictions': 'predictions of a few images are honest, so no prediction looks too long',
  'draws-without-seed': 'it does not save time',
  'starts-a-process': 'it waits for ever for a process that it must not start',
};

let split: PreparedSplit;
let honest: ProcessOutcome;
beforeAll(async () => {
  const dataset = syntheticDataset();
  split = await prepareSplit(dataset, splitDataset(dataset, { validation: 300 }));
  honest = await run('honest');
});

function run(modelId: string): Promise<ProcessOutcome> {
  return runFitProcess(
    {
      modelModule: new URL('./cheating-model-list.ts', import.meta.url).href,
      modelId,
      params: { epochs: EPOCHS },
      seed: 1,
      device: 'cpu',
      threads: 1,
      split,
      latencyBatches: [],
    },
    { signal: new AbortController().signal, onProgress: () => {} },
  );
}

function finished(ended: ProcessOutcome) {
  if (ended.status !== 'ok') throw new Error(ended.error.message);
  return ended.outcome;
}

it('does not caution against the honest model', () => {
  expect(finished(honest).cautions).toEqual([]);
});

it.each(cheatingModels.filter(({ id }) => !(id in ONLY_DOCTOR)))(
  '$id: a model that $name gains nothing, or has a caution',
  async ({ id }) => {
    const ended = await run(id);
    // It tried to read the data or the cache, and could not.
    if (ended.status === 'failed') return;
    const { cautions, timing, metrics } = finished(ended);
    const fair = finished(honest);
    if (cautions.length > 0) return;
    expect(timing.trainSeconds).toBeGreaterThan(NOTABLE_TIME_SHARE * fair.timing.trainSeconds);
    expect(metrics.accuracy).toBeLessThan(fair.metrics.accuracy + NOTABLE_ACCURACY);
  },
);
