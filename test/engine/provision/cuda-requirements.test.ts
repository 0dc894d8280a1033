import { expect, it } from 'vitest';
import { capabilityProblem, driverProblem } from '../../../src/engine/provision/cuda-requirements.ts';

it.each([
  ['525.60.13', 8.9, null],
  ['525.125.06', null, null],
  ['570.133.20', 9, null],
  ['555.42.02', 12, null],
  ['525.60.12', 8, 'the NVIDIA driver 525.60.12 is too old for CUDA 12: at least 525.60.13 is needed; update it'],
  ['470.256.02', null, 'the NVIDIA driver 470.256.02 is too old for CUDA 12: at least 525.60.13 is needed; update it'],
  [
    '550.163.01',
    9,
    'the NVIDIA driver 550.163.01 is too old for CUDA 12.5 on a card of compute capability 9.0: at least 555.42.02 is ' +
      'needed; update it',
  ],
])('checks the driver %s on a card of compute capability %s', (driver, capability, problem) => {
  expect(driverProblem(driver, capability)).toBe(problem);
});

it('rejects cards that are too old for cuDNN', () => {
  expect(capabilityProblem('Tesla V100-SXM2-16GB', 7)).toBe(
    'Tesla V100-SXM2-16GB has compute capability 7.0: too old for cuDNN 9.28, which needs 7.5; use --device webgpu, or ' +
      '--device cpu',
  );
  expect(capabilityProblem('Tesla T4', 7.5)).toBeNull();
  expect(capabilityProblem('some card', null)).toBeNull();
});
