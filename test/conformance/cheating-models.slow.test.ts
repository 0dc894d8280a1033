// Every model that cheats fails the checks that are meant for it, and the honest model that they are made from passes all.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { checks } from '../../src/conformance/all-checks.ts';
import { runCheck } from '../../src/conformance/run-check.ts';
import type { Trial } from '../../src/conformance/trial/trial.ts';
import { cheatingModels, restoreProcess } from './cheating-models.ts';
import { fakeTrial } from './fakes.ts';
import { honest } from './honest-model.ts';

// Some of the models read and write files in the cache.
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(path.join(os.tmpdir(), 'cheating-models-'));
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});
afterEach(restoreProcess);

/** Models that train in each of dozens of predictions: two epochs are noticed as four are. */
const TRAIN_OFTEN = ['trains-in-every-prediction', 'trains-when-labels-are-read'];

const rows = cheatingModels.flatMap(({ id: model, name, caughtBy, make }) =>
  Object.entries(caughtBy).map(([id, says]) => ({ id, model, name, says, make })),
);

it.each(rows)('$id fails when a model $name', async ({ id, model, says, make }) => {
  const trial = await fakeTrial(make(), TRAIN_OFTEN.includes(model) ? { params: { epochs: 2 } } : {});
  // A small fit, as the other checks make before.
  await trial.fittedFew();
  const finding = await runCheck(checks.find((check) => check.id === id)!, trial);
  expect(finding).toEqual({ verdict: 'failed', message: expect.stringMatching(says) });
});

describe('the honest model', () => {
  let trial: Trial;
  beforeAll(async () => {
    trial = await fakeTrial(honest);
  });

  it.each(checks)('passes $id', async (check) => {
    const { verdict, message } = await runCheck(check, trial);
    // Its fits may end before the check "stops" aborts them.
    expect(check.id === 'stops' ? ['passed', 'inconclusive'] : ['passed'], message).toContain(verdict);
  });
});
