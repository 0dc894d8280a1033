// Each check against a model that breaks just what it looks at, and all of them against models that break nothing.
import { describe, expect, it } from 'vitest';
import { majority } from '../../models/majority.ts';
import { checks } from '../../src/conformance/all-checks.ts';
import { runCheck } from '../../src/conformance/run-check.ts';
import type { Check, Finding } from '../../src/conformance/trial/check.ts';
import type { Trial } from '../../src/conformance/trial/trial.ts';
import type { ModelAdapter } from '../../src/types.ts';
import { breaches, delayedDevice, fakeTrial, honest, measuredBreaches } from './fakes.ts';

const quick = checks.filter(({ isMeasured }) => !isMeasured);
const checkOf = (id: string): Check => checks.find((check) => check.id === id)!;
const run = (id: string, trial: Trial): Promise<Finding> => runCheck(checkOf(id), trial);

/** Runs checks as the command does: after an essential one failed, no more. */
async function failures(trial: Trial, tried: readonly Check[]): Promise<string[]> {
  const found: string[] = [];
  for (const check of tried) {
    if ((await runCheck(check, trial)).verdict === 'failed') found.push(check.id);
    if (check.isEssential && found.length > 0) break;
  }
  return found;
}

it('has checks with ids of their own and sentences that end', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, title, meaning, cure } of checks) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^[a-z].*[^.]$/);
    for (const text of [meaning, cure]) expect(text).toMatch(/^[A-Z].*\.$/);
  }
});

it('finds nothing wrong with an honest model', async () => {
  expect(await failures(await fakeTrial(honest), checks)).toEqual([]);
});

it('finds nothing wrong with a baseline, and does not ask it to learn', async () => {
  const trial = await fakeTrial(majority);
  expect(await failures(trial, quick)).toEqual([]);
  expect(await run('memorises', trial)).toMatchObject({ verdict: 'not-applicable' });
});

it.each(breaches)('fails $fails when a model $name', async ({ make, fails }) => {
  expect(await failures(await fakeTrial(make()), quick)).toEqual(fails);
});

it('has a model that breaks it for every check', () => {
  const broken = [...breaches.flatMap(({ fails }) => fails), ...measuredBreaches.map(({ check }) => check)];
  expect(new Set(broken)).toEqual(new Set(checks.map(({ id }) => id)));
});

it.each(measuredBreaches)('fails $check when a model $name', async ({ make, check, says }) => {
  // However busy the machine is, these are late.
  const trial = await fakeTrial(make(), { slowdown: () => 1 });
  expect(await run(check, trial)).toEqual({
    verdict: 'failed',
    message: expect.stringMatching(says),
  });
});

describe('clock', () => {
  it('waits for the queue of a device that the model did not wait for', async () => {
    const { adapter, queue } = delayedDevice();
    const finding = await run('clock', await fakeTrial(adapter, { queue }));
    expect(finding).toEqual({ verdict: 'failed', message: expect.stringMatching(/^the device was busy for \d+ ms/) });
  });

  it('says of a lazy learner that it is one', async () => {
    const lazy: ModelAdapter = {
      ...honest,
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
  it('cannot tell when all images are fitted before the abort', async () => {
    const instant: ModelAdapter = {
      ...honest,
      create: () => ({ fit: async () => undefined, predict: async ({ count }) => ({ labels: new Uint8Array(count) }) }),
    };
    const finding = await run('stops', await fakeTrial(instant));
    expect(finding).toMatchObject({
      verdict: 'inconclusive',
      message: expect.stringContaining('a fit of 3,900 images'),
    });
  });

  it('allows for a busy machine, and says so', async () => {
    const { make } = measuredBreaches.find(({ check }) => check === 'stops')!;
    const finding = await run('stops', await fakeTrial(make(), { slowdown: () => 5 }));
    expect(finding.message).toMatch(/, with 5\.00 s allowed as the machine is busy$/);
    expect(finding.verdict).toBe('passed');
  });

  it('says so when a fit rejects with an error of its own', async () => {
    const own: ModelAdapter = {
      ...honest,
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
