import { expect, it } from 'vitest';
import { whyNoGpu } from '../../../src/engine/provision/why-no-gpu.ts';

// Log lines of TensorFlow 2.21.0.
const FEATURES =
  'I0000 00:00:1795288620.031027   28584 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU instructions in performance-critical operations.\n' +
  'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.\n';
const OPENED =
  'I0000 00:00:1795288620.039113   28584 dso_loader.cc:133] Successfully opened dynamic library libcuda.so.1\n';
const CU_INIT =
  'E0000 00:00:1795287321.351164   19461 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)\n';
const missing = (name: string): string =>
  `I0000 00:00:1795287502.208283   20400 dso_loader.cc:144] Could not load dynamic library '${name}'; dlerror: ${name}: cannot open shared object file: No such file or directory; LD_LIBRARY_PATH: /some/folder\n`;
const SKIPPING =
  'W0000 00:00:1795287502.208526   20400 gpu_device.cc:2365] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.\nSkipping registering GPU devices...\n';

it('returns the library that does not load, and the reason', () => {
  expect(whyNoGpu(FEATURES + OPENED + missing('libcufft.so.11') + SKIPPING)).toBe(
    'libcufft.so.11 does not load (libcufft.so.11: cannot open shared object file: No such file or directory)',
  );
});

it('returns all of them, each once', () => {
  const log = missing('libcufft.so.11') + missing('libcusolver.so.11') + missing('libcufft.so.11') + SKIPPING;
  expect(whyNoGpu(log)).toMatch(/^libcufft\.so\.11, libcusolver\.so\.11 do not load \(libcufft/);
});

it('prefers a missing library of the driver to the errors that follow', () => {
  expect(whyNoGpu(missing('libcuda.so.1') + CU_INIT)).toMatch(/^libcuda\.so\.1 does not load/);
});

it('returns the reason why CUDA does not start', () => {
  expect(whyNoGpu(FEATURES + OPENED + CU_INIT)).toBe(
    'failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)',
  );
});

it('returns that a card is too old', () => {
  const words =
    'Ignoring visible gpu device (device: 0, name: Tesla K80, pci bus id: 0000:01:00.0, compute capability: 3.7) with Cuda compute capability 3.7. The minimum required Cuda capability is 6.0.';
  expect(whyNoGpu(`I0000 00:00:1.1   28584 gpu_device.cc:2400] ${words}\n`)).toBe(words);
});

it('returns the last warning or error otherwise', () => {
  const log = `${FEATURES}W0000 00:00:1.1   1 a.cc:1] first\nE0000 00:00:1.2   1 b.cc:2] out of memory\n`;
  expect(whyNoGpu(log)).toBe('out of memory');
});

it('returns null if the log has no reason', () => {
  expect(whyNoGpu(FEATURES + OPENED)).toBeNull();
  expect(whyNoGpu('')).toBeNull();
});
