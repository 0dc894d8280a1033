import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  detectGpu,
  findGpu,
  parseComputeCapability,
  parseGpu,
  readComputeCapability,
} from '../../../src/engine/runtime/nvidia-card.ts';
import { fakeNvidiaSmi, H200 } from '../../fixtures/nvidia-smi.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gpu-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('reads the first of several cards', () => {
  // 143771 MiB x 2^20
  expect(parseGpu('NVIDIA H200, 570.133.20, 143771\nNVIDIA H200, 570.133.20, 143771\n')).toEqual({
    model: 'NVIDIA H200',
    driver: '570.133.20',
    memoryBytes: 150754820096,
  });
});

it('accepts a card that does not report its memory', () => {
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

it.each([
  ['9.0\n', 9],
  ['12.0\n8.9\n', 12],
  ['[N/A]\n', null],
  ['', null],
  ['Field "compute_cap" is not a valid field to query.\n', null],
])('reads the compute capability of %j', (text, capability) => {
  expect(parseComputeCapability(text)).toBe(capability);
});

describe('with nvidia-smi', () => {
  it('finds the card that it lists', async () => {
    vi.stubEnv('PATH', await fakeNvidiaSmi(folder, H200));
    expect(await detectGpu()).toMatchObject({ model: 'NVIDIA H200', driver: '570.133.20' });
    expect(await readComputeCapability()).toBe(9);
  });

  it('reports its error message', async () => {
    const message = 'Failed to initialize NVML: Driver/library version mismatch';
    vi.stubEnv('PATH', await fakeNvidiaSmi(folder, { query: message }, 18));
    expect(await findGpu()).toEqual({
      gpu: null,
      problem:
        `nvidia-smi finds no NVIDIA GPU: "${message}"; check that the driver is loaded, and restart the machine after ` +
        'updating it',
      isSuspected: true,
    });
    expect(await readComputeCapability()).toBeNull();
  });

  it('has a time limit', async () => {
    await writeFile(path.join(folder, 'nvidia-smi'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env['PATH']}`);
    expect(await findGpu('/nowhere', 0.2)).toMatchObject({
      problem: 'nvidia-smi gave no answer in 0.2 s: the card or its driver hangs; restart the machine',
    });
  });
});

describe('without nvidia-smi', () => {
  beforeEach(() => {
    vi.stubEnv('PATH', '/nowhere');
  });

  /** Adds a PCI device to the folder. */
  async function addDevice(address: string, vendor: string, kind: string): Promise<void> {
    await mkdir(path.join(folder, address));
    await writeFile(path.join(folder, address, 'vendor'), `${vendor}\n`);
    await writeFile(path.join(folder, address, 'class'), `${kind}\n`);
  }

  it('finds no card and does not suspect one', async () => {
    expect(await detectGpu()).toBeNull();
    await addDevice('0000:00:02.0', '0x8086', '0x030000');
    // The sound device of an NVIDIA card.
    await addDevice('0000:01:00.1', '0x10de', '0x040300');
    expect(await findGpu(folder)).toEqual({
      gpu: null,
      problem: "nvidia-smi finds no NVIDIA GPU: it is not installed; NVIDIA's driver includes it",
      isSuspected: false,
    });
  });

  it('reports a card whose driver is missing', async () => {
    await addDevice('0000:01:00.0', '0x10de', '0x030200');
    expect(await findGpu(folder)).toEqual({
      gpu: null,
      problem:
        "there is an NVIDIA card (PCI 0000:01:00.0), but nvidia-smi is not installed: install NVIDIA's driver, or pass the " +
        'card to the container (--gpus all)',
      isSuspected: true,
    });
  });
});
