import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ENGINE_ENVIRONMENT } from './src/engine/runtime/environment.ts';
import { SkipReporter } from './test/skip-reporter.ts';

/** Starts the longest file first: begun last, one core would work on it alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('models/conformance.test.ts');
    return (await super.sort(files)).sort((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/provision.ts'],
    reporters: ['default', new SkipReporter()],
    // TensorFlow's addon is loaded once a process and lives in processes only, not in worker threads.
    pool: 'forks',
    // Half the time on two cores: most tests wait for a child, a browser or one thread.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    // As in a fit's own process.
    env: ENGINE_ENVIRONMENT,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
