import { afterEach, expect, it, vi } from 'vitest';
import { ensureCommandEngine } from '../../src/cli/command-engine.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('follows the environment to WebGPU, which says what is missing', async () => {
  vi.stubEnv('FITTING_ROOM_ENGINE', 'webgpu');
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere/icd.json');
  vi.stubEnv('FITTING_ROOM_SOFTWARE_GPU', '');
  // Where a card is found all the same (macOS, Windows), there is nothing to refuse.
  const notices = await ensureCommandEngine().catch((error: Error) => [error.message]);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(/^WebGPU (finds|computes on) /);
});

it('follows it to plain JavaScript, and computes on the processor without it', async () => {
  vi.stubEnv('FITTING_ROOM_ENGINE', 'javascript');
  expect((await ensureCommandEngine())[0]).toContain('plain JavaScript computes');
  vi.stubEnv('FITTING_ROOM_ENGINE', '');
  expect(await ensureCommandEngine()).toEqual([]);
});
