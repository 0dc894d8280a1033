// The test of a new model, as text: it imports a file that is not there yet.

/** Written for `my-model`, as the other templates are. */
export const testFile = `// my-model: what every model must do, and what this one alone must reach.
import { expect, it } from 'vitest';
import { myModel } from '../../models/my-model.ts';
import { countRight } from '../../src/conformance/trial.ts';
import { itConforms } from './conformance.ts';

const trial = itConforms(myModel);

it('is right on more than half of 200 test images after a fit on 400', async () => {
  const { prediction } = await trial().fitted();
  const { test } = trial().images;
  expect(countRight(prediction, test)).toBeGreaterThan(test.count / 2);
});
`;
