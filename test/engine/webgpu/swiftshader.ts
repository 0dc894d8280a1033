// Finds SwiftShader, a program that emulates a graphics card. WebGPU is tested with it on machines without a card.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TYPESCRIPT } from '../../../src/base/child-process.ts';

/** Folders into which Debian's chromium-common and other packages of Chromium install its libraries. */
const FOLDERS = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/**
 * Returns the environment variables with which a child process finds SwiftShader.
 *
 * @returns null if it is not installed
 */
export function swiftShader(): Record<string, string> | null {
  const files = ['vk_swiftshader_icd.json', 'libvk_swiftshader.so', 'libvulkan.so.1'];
  const folder = FOLDERS.find((candidate) => files.every((file) => existsSync(path.join(candidate, file))));
  if (!folder) return null;
  return { VK_DRIVER_FILES: path.join(folder, files[0]!), LD_LIBRARY_PATH: folder };
}

/** Reports that tests are skipped. */
export function announceMissing(): void {
  console.warn('WebGPU is not tested: SwiftShader is not installed (Debian: chromium-common)');
}

/**
 * Runs a program of this folder in a child process that finds SwiftShader.
 *
 * @param file name of the program
 * @param environment result of `swiftShader`, and more variables
 * @returns the JSON that it printed last
 */
export async function runOnSwiftShader<T>(file: string, environment: Record<string, string>): Promise<T> {
  const child = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', TYPESCRIPT, child], {
    env: { ...process.env, FITTING_ROOM_SOFTWARE_GPU: '1', FITTING_ROOM_ENGINE: 'webgpu', ...environment },
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
