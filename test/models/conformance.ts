// The checks of `npm run doctor -- MODEL` as tests, those left out that measure time or memory.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checks } from '../../src/conformance/all-checks.ts';
import { runCheck } from '../../src/conformance/run-check.ts';
import { measureSlowdown } from '../../src/conformance/slowdown.ts';
import { noQueue } from '../../src/conformance/trial/device-queue.ts';
import { openTrialImages, prepareTrialImages } from '../../src/conformance/trial/small-data.ts';
import { createTrial, type Trial } from '../../src/conformance/trial/trial.ts';
import { loadDataset } from '../../src/data/dataset.ts';
import type { ModelAdapter, Params } from '../../src/types.ts';

/**
 * Adds a test for every check.
 *
 * @param adapter the model
 * @param changes params that differ from its defaults
 * @returns gives the trial, once the tests run
 */
export function itConforms(adapter: ModelAdapter, changes: Params = {}): () => Trial {
  let trial: Trial;
  beforeAll(async () => {
    const prepared = await prepareTrialImages(await loadDataset('fashion-mnist'));
    trial = createTrial({
      adapter,
      params: { ...adapter.params, ...changes },
      seed: 7,
      device: 'cpu',
      threads: 2,
      classNames: prepared.classNames,
      images: await openTrialImages(prepared),
      queue: noQueue,
      slowdown: measureSlowdown,
    });
  });
  afterAll(() => trial.dispose());

  const tried = checks.filter(({ isMeasured }) => !isMeasured);
  it.each(tried.map((check) => ({ ...check, check })))('$id: $title', async ({ check }) => {
    const { verdict, message } = await runCheck(check, trial);
    expect(verdict, message).not.toBe('failed');
  });
  return () => trial;
}
