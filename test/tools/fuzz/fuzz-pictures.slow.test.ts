import { expect, it } from 'vitest';
import { fuzzPictures } from '../../../tools/fuzz/fuzz-pictures.ts';

it('decodes damaged pictures to a picture or one clear error, soon and in bounded memory', async () => {
  const { decoded, refused, faults, slowest, grownBytes } = await fuzzPictures({ seed: 16, cases: 600 });
  expect(faults).toEqual([]);
  expect(decoded + refused).toBe(600);
  // Most damage is found, but a file that is damaged where nobody looks is still a picture.
  expect(Math.min(decoded, refused)).toBeGreaterThan(50);
  expect(slowest.seconds, slowest.case).toBeLessThan(10);
  expect(grownBytes).toBeLessThan(2 ** 30);
});
