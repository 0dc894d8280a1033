import { expect, it } from 'vitest';
import type { FitRecord } from '../../../src/results/schema.ts';
import { type DeviceResults, summaryRows, writeSummary } from '../../../tools/gpu-check/summary.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { makeSide } from '../../report/parts.ts';

const rounds = { rounds: 1, predictSecondsOfRounds: '1' };

function side(model: string, epoch: string, referenceOf?: string): FitRecord {
  const notes = { ...rounds, fitSecondsOfRounds: '9', epochSecondsOfRounds: epoch };
  const record = makeSide(model, [0, 1], {
    benchmark: 'references',
    kind: 'deep',
    notes,
    ...(referenceOf && { referenceOf }),
  });
  const { software } = record;
  const device = referenceOf ? ('gpu' as const) : ('webgpu' as const);
  return { ...record, software: { ...software, engine: { ...software.engine, device } } };
}

function results(more: Partial<DeviceResults> = {}): DeviceResults {
  return { device: 'webgpu', comparison: [], comparisonSeconds: null, references: [], ...more };
}

it('puts seconds an epoch of ours next to those of the reference, and what has no reference below', () => {
  const references = [side('cnn', '1.5'), side('cnn-pytorch', '2', 'cnn')];
  const comparison = [
    makeRecord({ model: 'cnn' }),
    makeRecord({ model: 'resnet' }),
    makeRecord({ kind: 'traditional' }),
  ];
  const rows = summaryRows([results({ references, comparison })]);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    modelId: 'cnn',
    device: 'webgpu',
    epochSeconds: 1.5,
    reference: 'engine of cnn-pytorch, gpu',
    referenceEpochSeconds: 2,
  });
  expect(rows[1]).toMatchObject({ modelId: 'resnet', reference: null, referenceEpochSeconds: null });
  expect(rows[1]!.epochSeconds).toBeGreaterThan(0);
});

it('writes the ratio, how long the whole comparison took, and what failed', () => {
  const references = [side('cnn', '1.5'), side('cnn-pytorch', '2', 'cnn')];
  const comparison = [makeRecord({ model: 'resnet' }), makeFailedRecord({ model: 'mlp' })];
  const text = writeSummary([results({ references, comparison, comparisonSeconds: 150 })]);
  const row = text.split('\n').find((line) => line.startsWith('| cnn '));
  expect(row!.split('|').map((cell) => cell.trim())).toEqual(
    expect.arrayContaining(['cnn', 'webgpu', '1.50', 'engine of cnn-pytorch, gpu', '2.00', '0.750']),
  );
  expect(text).toContain('the whole comparison took 2 min 30 s (resnet and mlp)');
  expect(text).toMatch(/webgpu: mlp (failed|timed-out|aborted): ./);
});

it('says so where nothing was measured', () => {
  const text = writeSummary([results()]);
  expect(text).toContain('No network was fitted.');
  expect(text).toContain('webgpu: the whole comparison was not run');
});
