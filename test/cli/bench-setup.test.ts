import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkEngine } from '../../src/cli/bench-setup.ts';

afterEach(() => vi.unstubAllEnvs());

const REFUSED = /^TensorFlow is not available .*--engine any accepts it/;

describe('plain JavaScript in place of TensorFlow', () => {
  it('is refused in CI, and elsewhere only when the engine is required', () => {
    vi.stubEnv('CI', 'true');
    expect(() => checkEngine('javascript')).toThrow(REFUSED);
    expect(() => checkEngine('javascript', 'any')).not.toThrow();
    vi.stubEnv('CI', 'false');
    expect(() => checkEngine('javascript')).not.toThrow();
    expect(() => checkEngine('javascript', 'required')).toThrow(REFUSED);
  });

  it('is accepted where the user chose it, and other engines always are', () => {
    vi.stubEnv('CI', 'true');
    expect(() => checkEngine('native')).not.toThrow();
    vi.stubEnv('FITTING_ROOM_ENGINE', 'javascript');
    expect(() => checkEngine('javascript')).not.toThrow();
  });
});
