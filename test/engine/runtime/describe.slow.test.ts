import { execFile } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { TYPESCRIPT } from '../../../src/base/child-process.ts';
import { ensureEngine } from '../../../src/engine/provision/provision-engine.ts';
import type { EngineTrial } from '../../../src/engine/trial/engine-trial.ts';

/** Describes the engine in a child process, as `npm run doctor` does. */
async function describeWith(environment: Record<string, string>): Promise<EngineTrial> {
  const child = fileURLToPath(new URL('../../../src/engine/trial/engine-trial-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', TYPESCRIPT, child], {
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineTrial;
}

it('describes the native engine as the library reports it', async () => {
  const { kind, device } = await ensureEngine({ device: 'auto' });
  expect(kind).toBe('native');
  const environment = { TF_NUM_INTRAOP_THREADS: '', ONEDNN_DEFAULT_FPMATH_MODE: 'STRICT' };
  const described = await describeWith(environment);
  expect(described).toMatchObject({
    name: 'tensorflow',
    version: '2.21.0',
    backend: 'tensorflow',
    device,
    threads: os.availableParallelism(),
    settings: { TF_ENABLE_ONEDNN_OPTS: '1', ONEDNN_DEFAULT_FPMATH_MODE: 'STRICT' },
    steps: { isCompiled: true },
  });
  const { firstSeconds, secondSeconds } = described.steps;
  expect(secondSeconds).toBeGreaterThan(0);
  expect(firstSeconds).toBeGreaterThan(secondSeconds);
});

it('reports the number of threads that the environment allows', async () => {
  expect((await describeWith({ TF_NUM_INTRAOP_THREADS: '1' })).threads).toBe(1);
});

it('describes plain JavaScript', async () => {
  expect(await describeWith({ FITTING_ROOM_ENGINE: 'javascript' })).toMatchObject({
    name: 'tfjs',
    version: '4.22.0',
    backend: 'cpu',
    device: 'cpu',
    threads: 1,
    steps: { isCompiled: false },
  });
});
