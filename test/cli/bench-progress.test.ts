import { expect, it } from 'vitest';
import { createBenchProgress } from '../../src/cli/bench-progress.ts';
import type { FitOptions } from '../../src/run/plan-fits.ts';
import type { PlannedFit } from '../../src/run/run-fits.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord } from '../fixtures/records.ts';

it('says why a fit was not compiled below its line', () => {
  const said: Said = { out: [], err: [], code: null };
  const fit = { job: { modelId: 'cnn', seed: 1 }, facts: { repeat: 1 } } as unknown as PlannedFit;
  const record = makeRecord({});
  const model = { ...record.model, notes: { compiled: false, notCompiled: 'layer 2, class Noise: it draws' } };
  const options = { seeds: [1], repeats: 1 } as unknown as FitOptions;
  const progress = createBenchProgress(1, options, { output: false, stacks: false }, recordingIo(said));
  progress.ended(fit, { ...record, model }, { remarks: [], log: null });
  expect(said.err[1]).toBe('  not compiled, so several times slower: layer 2, class Noise: it draws');
});

it('prints the cautions of a fit below its line', () => {
  const said: Said = { out: [], err: [], code: null };
  const options = { seeds: [1], repeats: 1 } as unknown as FitOptions;
  const fit = { job: { modelId: 'cnn', seed: 1 }, facts: { repeat: 1 } } as unknown as PlannedFit;
  const caution = 'The fit diverged: its training loss ended at 1.00e+21.';
  const record = makeRecord({}, { cautions: [caution] });
  const show = { output: false, stacks: false };
  const progress = createBenchProgress(1, options, show, recordingIo(said));
  progress.ended(fit, record, { remarks: ['kept as repeat 2'], log: null });
  expect(said.err).toEqual([expect.stringMatching(/^✓ cnn /), '  kept as repeat 2', `  caution: ${caution}`]);
});
