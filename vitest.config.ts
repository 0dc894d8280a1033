import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ENGINE_ENVIRONMENT } from './src/engine/runtime/environment.ts';
import { SkipReporter } from './test/skip-reporter.ts';

/** Tests that need the engine, a browser or other programs, or that train for long. */
const SLOW = 'test/**/*.slow.test.ts';

/** Starts the longest file first: started last, it would keep one core busy alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification): boolean =>
      moduleId.endsWith('models/conformance.slow.test.ts');
    return (await super.sort(files)).sort((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
  }
}

export default defineConfig({
  test: {
    reporters: ['default', new SkipReporter()],
    // TensorFlow's addon is loaded once per process and does not work in worker threads.
    pool: 'forks',
    // Most tests wait for a child process, a browser or one thread: as many workers as cores halve the time.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    // The environment of a fit's process.
    env: ENGINE_ENVIRONMENT,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [SLOW],
          // The files of a process share loaded modules, which halves the time. A test that mocks a module is a slow one.
          isolate: false,
          // Refuses engine and child processes, so that a slow test cannot be among the fast ones.
          setupFiles: ['test/fast-guard.ts'],
        },
      },
      { extends: true, test: { name: 'slow', include: [SLOW], globalSetup: ['test/provision.ts'] } },
    ],
  },
});
