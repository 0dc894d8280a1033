import { describe, expect, it } from 'vitest';
import type { FailureReport } from './failure-child.ts';
import { announceMissing, runOnSwiftShader, swiftShader } from './swiftshader.ts';

const environment = swiftShader();
if (!environment) announceMissing();

describe.skipIf(!environment)('A fit on WebGPU', () => {
  // The child does not end itself: that it ends is part of every test.
  it.each([
    ['nothing goes wrong', null],
    ['no memory in the fit', 'the graphics card failed: Buffer size'],
    ['no memory in the prediction', 'the graphics card failed: Buffer size'],
    ['the device is lost', 'the graphics card failed: '],
    ['a value is read at once', 'dataSync() and arraySync() cannot read what WebGPU computed'],
    ['a value that JavaScript has is read at once', null],
  ])('says so when %s', async (way, words) => {
    const { failure } = await runOnSwiftShader<FailureReport>('failure-child.ts', { ...environment!, FAILURE: way });
    if (words === null) expect(failure).toBeNull();
    else expect(failure).toContain(words);
  });
});
