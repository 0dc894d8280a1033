// Prints why tests were skipped. Vitest's default output only counts them.
import type { Reporter, TestModule } from 'vitest/node';

export class SkipReporter implements Reporter {
  /** Prints one line for each skipped test that has a reason. */
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const reason = result.state === 'skipped' ? result.note : undefined;
        if (reason) console.log(` skipped: ${test.fullName} [${reason}]`);
      }
    }
  }
}
