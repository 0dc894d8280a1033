import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { driverLibraryProblem, findCudaObstacle, hiddenProblem } from '../../../src/engine/provision/cuda-obstacle.ts';
import { fakeNvidiaSmi, H200 } from '../../fixtures/nvidia-smi.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'obstacle-'));
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('reports a driver that is too old for the card', async () => {
  const answers = { ...H200, 'query-gpu=name': 'NVIDIA H200, 535.230.02, 143771' };
  vi.stubEnv('PATH', await fakeNvidiaSmi(folder, answers));
  expect(await findCudaObstacle()).toEqual({
    problem: expect.stringContaining('the NVIDIA driver 535.230.02 is too old for CUDA 12.5 on a card of compute'),
    isSuspected: true,
  });
});

it('reports a driver that is too old to report compute capabilities', async () => {
  vi.stubEnv('PATH', await fakeNvidiaSmi(folder, { 'query-gpu=name': 'Tesla T4, 470.256.02, 15360' }));
  expect((await findCudaObstacle())?.problem).toContain('the NVIDIA driver 470.256.02 is too old for CUDA 12');
});

it('reports a card that is too old', async () => {
  const answers = { 'query-gpu=name': 'Tesla P100-PCIE-16GB, 570.133.20, 16384', compute_cap: '6.0' };
  vi.stubEnv('PATH', await fakeNvidiaSmi(folder, answers));
  expect((await findCudaObstacle())?.problem).toMatch(/^Tesla P100-PCIE-16GB has compute capability 6.0: too old/);
});

it('reports the variable that hides all cards', async () => {
  vi.stubEnv('PATH', await fakeNvidiaSmi(folder, H200));
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
  expect((await findCudaObstacle())?.problem).toBe(
    'CUDA_VISIBLE_DEVICES="-1" hides all NVIDIA cards; unset it to use one',
  );
});

it.each([
  ['', true],
  ['-1', true],
  ['-1,0', true],
  ['0', false],
  ['1,0', false],
  ['GPU-8932f937', false],
  [undefined, false],
])('decides whether CUDA_VISIBLE_DEVICES=%j hides all cards', (value, hides) => {
  expect(hiddenProblem(value) !== null).toBe(hides);
});

it("reports the driver's library that does not load", async () => {
  expect(await driverLibraryProblem(['libm.so.6', 'libnot-there.so.1'])).toMatch(
    /^nvidia-smi lists a GPU, but the driver's library does not load \(libnot-there\.so\.1: cannot open shared object file/,
  );
  await writeFile(path.join(folder, 'libcut-short.so'), 'no library');
  expect(await driverLibraryProblem([path.join(folder, 'libcut-short.so')])).toContain('libcut-short.so: ');
});

it('accepts libraries that load', async () => {
  const source = path.join(folder, 'empty.c');
  await writeFile(source, 'int nothing;\n');
  const library = path.join(folder, 'libempty.so');
  await promisify(execFile)(process.env['CC'] ?? 'g++', ['-shared', '-fPIC', '-x', 'c', source, '-o', library]);
  expect(await driverLibraryProblem([library])).toBeNull();
});
