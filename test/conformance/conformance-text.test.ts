import { expect, it } from 'vitest';
import { countsText, resultText } from '../../src/conformance/conformance-text.ts';
import type { Check, CheckVerdict } from '../../src/conformance/trial/check.ts';
import { failed, passed } from '../../src/conformance/trial/check.ts';
import { terminalText } from '../../src/document/terminal-text.ts';

const check: Check = {
  id: 'clock',
  title: 'finishes all work before fit resolves',
  meaning: 'The measured fit time is too short, because work runs after fit has resolved or inside context.evaluating.',
  cure: 'Await all work before fit returns.',
  run: async () => passed(''),
};

it('writes a passed check in one line if it fits', () => {
  const text = resultText({ check, finding: passed('no work was left after a fit of 36 ms') }, 80, false);
  expect(text).toBe('✓ clock            no work was left after a fit of 36 ms');
});

it('writes the requirement, the finding, its meaning and the cure of a failure within the width of the terminal', () => {
  const finding = failed('the device was busy for 412 ms after a fit of 36 ms (in 3 fits of 3)');
  expect(resultText({ check, finding }, 80, false)).toMatchInlineSnapshot(`
    "✗ clock            failed
        expected: the model finishes all work before fit resolves.
        found: the device was busy for 412 ms after a fit of 36 ms (in 3 fits of 3).
        meaning: The measured fit time is too short, because work runs after fit has
                 resolved or inside context.evaluating.
        cure: Await all work before fit returns."
  `);
});

it('colours marks if the terminal has colours', () => {
  expect(terminalText(resultText({ check, finding: failed('x') }, 80, true))).toContain('\u001b[31m✗\u001b[39m');
});

it('counts findings by verdict, passed ones first', () => {
  const verdicts: CheckVerdict[] = ['passed', 'failed', 'passed', 'inconclusive', 'not-applicable'];
  const results = verdicts.map((verdict) => ({ check, finding: { verdict, message: '' } }));
  expect(countsText(results)).toBe('2 passed, 1 failed, 1 inconclusive, 1 not applicable');
});
