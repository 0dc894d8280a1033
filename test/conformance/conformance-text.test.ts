import { expect, it } from 'vitest';
import { countsText, resultText } from '../../src/conformance/conformance-text.ts';
import type { Check, CheckVerdict } from '../../src/conformance/trial/check.ts';
import { failed, passed } from '../../src/conformance/trial/check.ts';

const check: Check = {
  id: 'clock',
  title: 'is done when its fit says so',
  meaning:
    'The fit looks faster than it is: part of it runs after the clock stopped, or where the clock does not look.',
  cure: 'Await all work before fit returns.',
  run: async () => passed(''),
};

it('says what passed in one line where it fits', () => {
  const text = resultText({ check, finding: passed('nothing was left to do after a fit of 36 ms') }, 80, false);
  expect(text).toBe('✓ clock            nothing was left to do after a fit of 36 ms');
});

it('says of a failure what was found, what it means and what to do, within the terminal', () => {
  const finding = failed('the device was busy for 412 ms after a fit of 36 ms (in 3 fits of 3)');
  expect(resultText({ check, finding }, 80, false)).toMatchInlineSnapshot(`
    "✗ clock            is done when its fit says so: no
        found: the device was busy for 412 ms after a fit of 36 ms (in 3 fits of 3).
        means: The fit looks faster than it is: part of it runs after the clock
               stopped, or where the clock does not look.
        to do: Await all work before fit returns."
  `);
});

it('colours marks on a terminal that has colours', () => {
  expect(resultText({ check, finding: failed('x') }, 80, true)).toContain('\u001b[31m✗\u001b[39m');
});

it('counts findings by what they are, the unremarkable first', () => {
  const verdicts: CheckVerdict[] = ['passed', 'failed', 'passed', 'inconclusive', 'not-applicable'];
  const results = verdicts.map((verdict) => ({ check, finding: { verdict, message: '' } }));
  expect(countsText(results)).toBe('2 passed, 1 failed, 1 could not tell, 1 not applicable');
});
