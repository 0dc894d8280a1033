import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compareFits, compareGroups, type ScoredFit } from '../../src/stats/compare-fits.ts';
import { createRunningGroup } from '../../src/stats/running-group.ts';

test('groups before and after each place compare as they do when they are gathered anew', () => {
  const random = createRandom(1);
  const fits = Array.from({ length: 12 }, (): ScoredFit => {
    const influence = Float64Array.from({ length: 50 }, () => random() - 0.5);
    return { value: 0.8 + random() / 10, influence };
  });
  const [before, after] = [createRunningGroup(), createRunningGroup()];
  for (let at = 1; at < fits.length; at++) {
    const [first, second] = [fits.slice(0, at), fits.slice(at)];
    const expected = compareFits(first, second);
    const found = compareGroups(before(first), after(second));
    expect(found.p).toBeCloseTo(expected.p, 12);
    expect(found.interval[0]).toBeCloseTo(expected.interval[0], 12);
  }
});
