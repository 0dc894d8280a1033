// Checks run in child processes, and every check has a result whatever the model does.
import { beforeAll, expect, it } from 'vitest';
import { checks } from '../../src/conformance/all-checks.ts';
import { type CheckResult, checkModel } from '../../src/conformance/check-model.ts';
import { prepareTrialImages } from '../../src/conformance/trial/small-data.ts';
import { syntheticDataset } from '../../src/conformance/trial/synthetic-dataset.ts';
import type { PreparedSplit } from '../../src/data/prepared.ts';

let images: PreparedSplit;
beforeAll(async () => {
  images = await prepareTrialImages(syntheticDataset());
});

async function run(modelId: string, checkIds: readonly string[], timeoutSeconds = 60) {
  const seen: string[] = [];
  const results = await checkModel(
    {
      modelModule: new URL('../fixtures/fake-models.ts', import.meta.url).href,
      modelId,
      params: {},
      seed: 1,
      device: 'cpu',
      threads: 1,
      images,
    },
    checkIds.map((id) => checks.find((check) => check.id === id)!),
    {
      timeoutSeconds,
      onFitted: (seconds) => seen.push(seconds >= 0 ? 'fitted' : 'no duration'),
      onStart: ({ id }) => seen.push(`start ${id}`),
      onResult: ({ check, finding }) => seen.push(`${finding.verdict} ${check.id}`),
    },
  );
  return { seen, results };
}

const messageOf = (results: readonly CheckResult[], id: string): string =>
  results.find(({ check }) => check.id === id)!.finding.message;

it('reports when a check starts and when it ends', async () => {
  const { seen } = await run('fine', ['runs', 'description', 'save-load']);
  expect(seen).toEqual([
    'start runs',
    'fitted',
    'passed runs',
    'start description',
    'passed description',
    'start save-load',
    'not-applicable save-load',
  ]);
});

it('continues after a failure in a new process', async () => {
  const { seen } = await run('miscounting', ['runs', 'prediction-form', 'description']);
  expect(seen.slice(3)).toEqual([
    'start prediction-form',
    'failed prediction-form',
    'start description',
    'passed description',
  ]);
});

it.each([
  ['throwing', 'it threw: the matrix is singular'],
  ['crashing', 'the last thing it said'],
  ['leaving', 'exit status 7'],
])('turns a model that is %s into a failed check, and runs no other check', async (id, message) => {
  const { seen, results } = await run(id, ['runs', 'description', 'memory']);
  expect(messageOf(results, 'runs')).toContain(message);
  expect(seen.slice(1)).toEqual(['failed runs', 'not-run description', 'not-run memory']);
});

it.each(['stubborn', 'blocking'])('stops a check at its time limit when a model is %s', async (id) => {
  const { results } = await run(id, ['runs'], 2);
  expect(results).toMatchObject([{ finding: { verdict: 'failed', message: 'it did not end within 2 s' } }]);
});

it('rejects if the model does not exist', async () => {
  await expect(run('absent', ['runs'])).rejects.toThrow(/could not start.*no model "absent"/s);
});
