import { afterEach, expect, it, vi } from 'vitest';
import { detectGpu, parseGpu } from '../../src/engine/gpu.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('reads the first of several cards', () => {
  // 143771 MiB x 2^20
  expect(parseGpu('NVIDIA H200, 570.133.20, 143771\nNVIDIA H200, 570.133.20, 143771\n')).toEqual({
    model: 'NVIDIA H200',
    driver: '570.133.20',
    memoryBytes: 150754820096,
  });
});

it('takes a card that does not tell its memory', () => {
  expect(parseGpu('NVIDIA GB10, 580.95.05, [N/A]\n')).toEqual({
    model: 'NVIDIA GB10',
    driver: '580.95.05',
    memoryBytes: 0,
  });
});

it.each(['', 'No devices were found\n', 'NVIDIA-SMI has failed because it could not communicate with the driver.\n'])(
  'finds no card in %j',
  (text) => {
    expect(parseGpu(text)).toBeNull();
  },
);

it('finds no card where there is no nvidia-smi', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(await detectGpu()).toBeNull();
});
