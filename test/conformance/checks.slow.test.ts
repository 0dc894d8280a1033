// Each check fails for a model that violates it, and all checks pass for correct models and for the templates.
import { describe, expect, it } from 'vitest';
import { majority } from '../../models/majority.ts';
import { checks } from '../../src/conformance/all-checks.ts';
import { runCheck } from '../../src/conformance/run-check.ts';
import type { Check, Finding } from '../../src/conformance/trial/check.ts';
import type { Trial } from '../../src/conformance/trial/trial.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { myModel as network } from '../../src/new-model/templates/network.ts';
import { myModel as plain } from '../../src/new-model/templates/plain.ts';
import type { ModelAdapter } from '../../src/types.ts';
import { cheatingModels } from './cheating-models.ts';
import { breaches, correct, delayedDevice, fakeTrial, measuredBreaches } from './fakes.ts';

const quick = checks.filter(({ isDoctorOnly }) => !isDoctorOnly);
const checkOf = (id: string): Check => checks.find((check) => check.id === id)!;
const run = (id: string, trial: Trial): Promise<Finding> => runCheck(checkOf(id), trial);

/** Runs checks until an essential one fails, as the command does, and returns the ids of those that fail. */
async function failures(trial: Trial, tried: readonly Check[]): Promise<string[]> {
  const found: string[] = [];
  for (const check of tried) {
    if ((await runCheck(check, trial)).verdict === 'failed') found.push(check.id);
    if (check.isEssential && found.length > 0) break;
  }
  return found;
}

it('has checks with unique ids and complete sentences', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, title, meaning, cure } of checks) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^[a-z].*[^.]$/);
    for (const text of [meaning, cure]) expect(text).toMatch(/^[A-Z].*\.$/);
  }
});

it('passes all checks for a correct model, which is the full template of new-model', async () => {
  expect(await failures(await fakeTrial(correct), checks)).toEqual([]);
});

it('passes the checks for the short template of new-model, which cannot be stopped, and lacks what is optional', async () => {
  const trial = await fakeTrial(plain as unknown as ModelAdapter);
  expect(await failures(trial, quick)).toEqual([]);
  for (const id of ['stops', 'save-load']) expect(await run(id, trial)).toMatchObject({ verdict: 'not-applicable' });
});

it('passes the checks for the network template of new-model', async () => {
  expect(await failures(await fakeTrial(network as unknown as ModelAdapter), quick)).toEqual([]);
});

it('passes the checks for a baseline, which need not learn', async () => {
  const trial = await fakeTrial(majority);
  expect(await failures(trial, quick)).toEqual([]);
  expect(await run('memorises', trial)).toMatchObject({ verdict: 'not-applicable' });
});

it.each(breaches)('fails $fails when a model $name', async ({ make, fails }) => {
  expect(await failures(await fakeTrial(make()), quick)).toEqual(fails);
});

it('has a failing model for every check', () => {
  const broken = [
    ...breaches.flatMap(({ fails }) => fails),
    ...measuredBreaches.map(({ check }) => check),
    ...cheatingModels.flatMap(({ caughtBy }) => Object.keys(caughtBy)),
  ];
  expect(new Set(broken)).toEqual(new Set(checks.map(({ id }) => id)));
});

it.each(measuredBreaches)('fails $check when a model $name', async ({ make, check, says }) => {
  // A slowdown of 1: these models exceed the limits of an idle machine.
  const trial = await fakeTrial(make(), { slowdown: () => 1 });
  expect(await run(check, trial)).toEqual({
    verdict: 'failed',
    message: expect.stringMatching(says),
  });
});

describe('declares-needs', () => {
  it.each([
    ['needsPixels', correct, { needsPixels: false }, 'it read images.pixels and does not declare needsPixels: true'],
    [
      'needsTensorflow',
      network as unknown as ModelAdapter,
      { needsTensorflow: false },
      /^it called tensorflow\(\) and does/,
    ],
  ])('names the missing declaration: %s', async (_, model, changes, message) => {
    const finding = await run('declares-needs', await fakeTrial({ ...model, ...changes }));
    expect(finding).toEqual({ verdict: 'failed', message: expect.stringMatching(message) });
  });

  it.each([
    [{ needsTensorflow: true }, 'it declares needsTensorflow: true and has not called tensorflow()'],
    [{ needsPixels: true }, 'it declares needsPixels: true and has not read images.pixels'],
  ])('is inconclusive if a declared need is not used: %o', async (changes, message) => {
    const finding = await run('declares-needs', await fakeTrial({ ...majority, ...changes }));
    expect(finding).toEqual({ verdict: 'inconclusive', message: expect.stringContaining(message) });
  });

  it('lets the check runs name TensorFlow as a likely cause if the fit throws', async () => {
    const failing: ModelAdapter = {
      ...correct,
      create: () => ({
        async fit() {
          await tensorflow();
          throw new Error('no native library');
        },
        predict: async ({ count }) => ({ labels: new Uint8Array(count) }),
      }),
    };
    expect(await run('runs', await fakeTrial(failing))).toMatchObject({
      verdict: 'failed',
      message: 'it threw: no native library; the model loads TensorFlow and does not declare needsTensorflow: true',
    });
  });
});

describe('clock', () => {
  it('notices that a device still works', async () => {
    const { adapter, queue } = delayedDevice();
    const finding = await run('clock', await fakeTrial(adapter, { queue, device: 'gpu' }));
    expect(finding).toEqual({ verdict: 'failed', message: expect.stringMatching(/^the device was busy for \d+ ms/) });
  });

  it('names a lazy learner', async () => {
    const lazy: ModelAdapter = {
      ...correct,
      create: () => ({
        fit: async () => undefined,
        async predict(images) {
          const end = performance.now() + 20;
          while (performance.now() < end);
          return { labels: new Uint8Array(images.count) };
        },
      }),
    };
    const finding = await run('clock', await fakeTrial(lazy));
    expect(finding).toEqual({ verdict: 'passed', message: expect.stringContaining('a lazy learner') });
  });
});

describe('stops', () => {
  it('is inconclusive if all fits end before the abort', async () => {
    const instant: ModelAdapter = {
      ...correct,
      create: ({ signal }) => ({
        fit: () => signal.throwIfAborted(),
        predict: ({ count }) => ({ labels: new Uint8Array(count) }),
      }),
    };
    const finding = await run('stops', await fakeTrial(instant));
    expect(finding).toMatchObject({
      verdict: 'inconclusive',
      message: expect.stringContaining('a fit of 3,900 images'),
    });
  });

  it('allows more time on a busy machine, and says so', async () => {
    const { make } = measuredBreaches.find(({ check }) => check === 'stops')!;
    const finding = await run('stops', await fakeTrial(make(), { slowdown: () => 5 }));
    expect(finding.message).toMatch(/ \(5\.00 s allowed because the machine is busy\)$/);
    expect(finding.verdict).toBe('passed');
  });

  it('quotes the error of a fit that rejects with another error than the reason', async () => {
    const own: ModelAdapter = {
      ...correct,
      create: ({ signal }) => ({
        fit: () =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error('interrupted at step 3'))),
          ),
        predict: async ({ count }) => ({ labels: new Uint8Array(count) }),
      }),
    };
    const finding = await run('stops', await fakeTrial(own));
    expect(finding).toMatchObject({ verdict: 'failed', message: expect.stringContaining('interrupted at step 3') });
  });
});
