import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { formatAdapter } from '../../../src/document/engine-text.ts';
import { checkAdapter, describeAdapter, graphicsApi } from '../../../src/engine/runtime/webgpu-adapter.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const nvidia = {
  vendor: 'nvidia',
  architecture: 'hopper',
  device: 'nvidia-h200',
  description: 'NVIDIA: 570.133.20 570.133.20.0',
  isFallbackAdapter: false,
};
const swiftshader = {
  vendor: 'google',
  architecture: 'swiftshader',
  device: 'swiftshader-device-subzero-',
  description: 'SwiftShader driver 5.0.0',
  isFallbackAdapter: true,
};

afterEach(() => {
  vi.unstubAllEnvs();
});

it('formats a card in one line', () => {
  expect(formatAdapter(describeAdapter(nvidia, 'Vulkan'))).toBe(
    'nvidia-h200 (nvidia hopper, Vulkan, NVIDIA: 570.133.20 570.133.20.0)',
  );
});

it('describes a card with little information', () => {
  const silent = { vendor: '', architecture: '', device: '', description: '' };
  expect(describeAdapter(silent, 'Metal').name).toBe('unnamed adapter');
  expect(formatAdapter(describeAdapter({ ...silent, vendor: 'apple', architecture: 'metal-3' }, 'Metal'))).toBe(
    'metal-3 (apple metal-3, Metal)',
  );
});

it.each([
  ['the flag', { ...nvidia, isFallbackAdapter: true }, true],
  ["Mesa's name", { ...nvidia, vendor: 'mesa', device: 'llvmpipe (LLVM 15.0.6, 256 bits)' }, true],
  ["Windows' name", { ...nvidia, device: 'Microsoft Basic Render Driver' }, true],
  ['none', nvidia, false],
])('detects a software adapter by %s', (_, info, isSoftware) => {
  expect(describeAdapter(info, 'Vulkan').isSoftware).toBe(isSoftware);
});

it('accepts a card, and a program only if it is allowed', () => {
  vi.stubEnv('FITTING_ROOM_SOFTWARE_GPU', '');
  const [card, program] = [nvidia, swiftshader].map((info) => describeAdapter(info, 'Vulkan'));
  expect(checkAdapter(card!)).toBe(card);
  expect(() => checkAdapter(program!)).toThrow('set FITTING_ROOM_SOFTWARE_GPU=1 to use it anyway');
  expect(() => checkAdapter(null)).toThrow('WebGPU finds no graphics card: ');
  vi.stubEnv('FITTING_ROOM_SOFTWARE_GPU', '1');
  expect(checkAdapter(program!)).toBe(program);
});

it.skipIf(process.platform !== 'linux')('reports a driver file that does not exist', () => {
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere/icd.json');
  expect(() => checkAdapter(null)).toThrow('VK_DRIVER_FILES is set to /nowhere/icd.json, which does not exist');
});

it.skipIf(process.platform !== 'linux')("finds Vulkan's loader in LD_LIBRARY_PATH", async () => {
  vi.stubEnv('VK_DRIVER_FILES', '');
  vi.stubEnv('VK_ICD_FILENAMES', '');
  const folder = await temporaryFolder();
  writeFileSync(path.join(folder, 'libvulkan.so.1'), '');
  vi.stubEnv('LD_LIBRARY_PATH', folder);
  expect(() => checkAdapter(null)).toThrow("Vulkan's loader is installed, but no Vulkan driver for the card");
});

it.each([
  ['linux', 'Vulkan'],
  ['darwin', 'Metal'],
  ['win32', 'D3D12'],
] as const)('uses cards on %s by %s', (platform, api) => {
  expect(graphicsApi(platform)).toBe(api);
});
