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

it('writes a card in one line', () => {
  expect(formatAdapter(describeAdapter(nvidia, 'Vulkan'))).toBe(
    'nvidia-h200 (nvidia hopper, Vulkan, NVIDIA: 570.133.20 570.133.20.0)',
  );
});

it('names a card that says little of itself', () => {
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
])('tells a software adapter by %s', (_, info, isSoftware) => {
  expect(describeAdapter(info, 'Vulkan').isSoftware).toBe(isSoftware);
});

it('takes a card, and a program only when asked', () => {
  vi.stubEnv('FITTING_ROOM_SOFTWARE_GPU', '');
  const [card, program] = [nvidia, swiftshader].map((info) => describeAdapter(info, 'Vulkan'));
  expect(checkAdapter(card!)).toBe(card);
  expect(() => checkAdapter(program!)).toThrow('set FITTING_ROOM_SOFTWARE_GPU=1 to use it all the same');
  expect(() => checkAdapter(null)).toThrow('WebGPU finds no graphics card: ');
  vi.stubEnv('FITTING_ROOM_SOFTWARE_GPU', '1');
  expect(checkAdapter(program!)).toBe(program);
});

it.skipIf(process.platform !== 'linux')("names a driver's file that is not there", () => {
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere/icd.json');
  expect(() => checkAdapter(null)).toThrow('VK_DRIVER_FILES names /nowhere/icd.json, which is not there');
});

it.skipIf(process.platform !== 'linux')("finds Vulkan's loader where LD_LIBRARY_PATH leads to", async () => {
  vi.stubEnv('VK_DRIVER_FILES', '');
  vi.stubEnv('VK_ICD_FILENAMES', '');
  const folder = await temporaryFolder();
  writeFileSync(path.join(folder, 'libvulkan.so.1'), '');
  vi.stubEnv('LD_LIBRARY_PATH', folder);
  expect(() => checkAdapter(null)).toThrow("Vulkan's loader is here, its driver for the card is not");
});

it.each([
  ['linux', 'Vulkan'],
  ['darwin', 'Metal'],
  ['win32', 'D3D12'],
] as const)('reaches cards on %s by %s', (platform, api) => {
  expect(graphicsApi(platform)).toBe(api);
});
