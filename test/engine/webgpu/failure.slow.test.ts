import { describe, expect, it } from 'vitest';
import type { FailureReport } from './failure-child.ts';
import { announceMissing, runOnSwiftShader, swiftShader } from './swiftshader.ts';

const environment = swiftShader();
if (!environment) announceMissing();

describe.skipIf(!environment)('A fit on WebGPU', () => {
  // The child does not exit explicitly; every test also checks that it ends.
  it.each([
    ['nothing goes wrong', null],
    ['no memory in the fit', 'the graphics card failed: Buffer size'],
    ['no memory in the prediction', 'the graphics card failed: Buffer size'],
    ['the device is lost', 'the graphics card failed: '],
    ['a value is read synchronously', 'dataSync() and arraySync() cannot read results of WebGPU'],
    ['a value that JavaScript has is read synchronously', null],
  ])('ends, and reports a failure: %s', async (way, message) => {
    const { failure } = await runOnSwiftShader<FailureReport>('failure-child.ts', { ...environment!, FAILURE: way });
    if (message === null) expect(failure).toBeNull();
    else expect(failure).toContain(message);
  });
});
