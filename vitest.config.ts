import { defineConfig } from 'vitest/config';
import { ENGINE_ENVIRONMENT } from './src/engine/environment.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/provision.ts'],
    // TensorFlow's addon is loaded once a process and lives in processes only, not in worker threads.
    pool: 'forks',
    // As in a fit's own process.
    env: ENGINE_ENVIRONMENT,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
