// A model that cheats gains nothing in a benchmark, or its record has a caution.
import { beforeAll, expect, it } from 'vitest';
import { syntheticDataset } from '../../src/conformance/trial/synthetic-dataset.ts';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { type ProcessOutcome, runFitProcess } from '../../src/run/fit-process.ts';
import { models as lies } from '../fixtures/lying-models.ts';
import { cheatingModels } from './cheating-models.ts';

/** Enough for a fit of several seconds: shorter work is not worth a caution. */
const EPOCHS = 30;
/** For models that do not try to hide work. */
const FEW_EPOCHS = 1;
/** A cheat pays if the fit looks this much shorter, or the accuracy this much higher. */
const NOTABLE_TIME_SHARE = 0.5;
const NOTABLE_ACCURACY = 0.02;

/** Models that only the conformance checks notice, and why. */
const ONLY_DOCTOR: Readonly<Record<string, string>> = {
  'trains-in-large-predictions': 'predictions of a few images are honest, so no prediction looks too long',
  'draws-without-seed': 'it does not save time',
  'starts-a-process': 'it waits for ever for a process that it must not start',
};

/** Models whose cheat is the same as that of a model in test/run/lying-models.slow.test.ts, which also tests what the caution says. */
const TESTED_AS_LIES: Readonly<Record<string, string>> = {
  'trains-in-evaluating': 'in-evaluating',
  'trains-in-checkpoint': 'in-state',
  'trains-in-first-prediction': 'in-first-predict',
  'trains-in-every-prediction': 'in-every-predict',
  // The harness reads the labels when predict returns: then both do the same.
  'trains-when-labels-are-read': 'in-every-predict',
};

/** Models that train in `fit` as the honest one does, and look for labels or keep fits, or count on more threads. */
const HIDE_NO_WORK = new Set([
  'keeps-fits-in-files',
  'keeps-first-large-fit',
  'fills-labels-later',
  'fills-many-labels-later',
  'reads-test-labels',
  'knows-images',
  'knows-places',
  'balances-labels',
  'trains-on-validation',
  'replaces-send',
  'starts-threads',
]);

let split: PreparedSplit;
/** The honest model, by its number of epochs. */
const honest = new Map<number, ProcessOutcome>();
beforeAll(async () => {
  const dataset = syntheticDataset();
  split = await prepareSplit(dataset, splitDataset(dataset, { validation: 300 }));
  for (const epochs of [FEW_EPOCHS, EPOCHS]) honest.set(epochs, await run('honest', epochs));
});

function run(modelId: string, epochs: number): Promise<ProcessOutcome> {
  return runFitProcess(
    {
      modelModule: new URL('./cheating-model-list.ts', import.meta.url).href,
      modelId,
      params: { epochs },
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
  for (const ended of honest.values()) expect(finished(ended).cautions).toEqual([]);
});

it('knows every model that has a special case here', () => {
  const ids = [...Object.keys(ONLY_DOCTOR), ...Object.keys(TESTED_AS_LIES), ...HIDE_NO_WORK];
  expect(cheatingModels.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  expect(lies.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.values(TESTED_AS_LIES)));
});

it.each(cheatingModels.filter(({ id }) => !(id in ONLY_DOCTOR || id in TESTED_AS_LIES)))(
  '$id: a model that $name gains nothing, or has a caution',
  async ({ id }) => {
    const epochs = HIDE_NO_WORK.has(id) ? FEW_EPOCHS : EPOCHS;
    const ended = await run(id, epochs);
    // It tried to read the data or the cache, and could not.
    if (ended.status === 'failed') return;
    const { cautions, timing, metrics } = finished(ended);
    const fair = finished(honest.get(epochs)!);
    if (cautions.length > 0) return;
    // Short times say nothing on a busy machine.
    if (epochs === EPOCHS) {
      expect(timing.trainSeconds).toBeGreaterThan(NOTABLE_TIME_SHARE * fair.timing.trainSeconds);
    }
    expect(metrics.accuracy).toBeLessThan(fair.metrics.accuracy + NOTABLE_ACCURACY);
  },
);
