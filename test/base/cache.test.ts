import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../src/base/cache.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('returns an absolute path in the folder of FITTING_ROOM_CACHE', () => {
  vi.stubEnv('FITTING_ROOM_CACHE', 'some/cache');
  expect(cacheFolder('splits', 'abc')).toBe(path.resolve('some/cache/splits/abc'));
});

it("uses the system's cache folder by default", () => {
  vi.stubEnv('FITTING_ROOM_CACHE', '');
  expect(path.isAbsolute(cacheFolder())).toBe(true);
  expect(path.basename(cacheFolder())).toBe('fitting-room');
});
