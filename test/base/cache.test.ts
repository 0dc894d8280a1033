import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../src/base/cache.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('names a folder of the cache that the environment asks for, as an absolute path', () => {
  vi.stubEnv('FITTING_ROOM_CACHE', 'some/cache');
  expect(cacheFolder('splits', 'abc')).toBe(path.resolve('some/cache/splits/abc'));
});

it("falls back to the system's cache when nothing is asked for", () => {
  vi.stubEnv('FITTING_ROOM_CACHE', '');
  expect(path.isAbsolute(cacheFolder())).toBe(true);
  expect(path.basename(cacheFolder())).toBe('fitting-room');
});
