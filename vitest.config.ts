import { defineConfig } from 'vitest/config';
import { ENGINE_ENVIRONMENT } from './src/engine/environment.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/provision.ts'],
    // TensorFlow's addon is loaded once a process and lives in processes only, not in worker threads.
    pool: 'forks',
    // Half the time on two cores: most tests wait for a child, a browser or one thread.
    maxWorkers: '100%',
    // As in a fit's own process.
    env: ENGINE_ENVIRONMENT,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
