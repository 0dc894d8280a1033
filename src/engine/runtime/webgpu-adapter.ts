// Which graphics card WebGPU finds, in the words of its driver.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type Adapter, formatAdapter, type GraphicsApi } from '../../document/engine-text.ts';

export type { Adapter, GraphicsApi };

/** What an adapter says of itself, as far as it is used. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** Set to 1, it lets a program that pretends to be a graphics card compute: for tests, since it is slower than the CPU. */
export const SOFTWARE_VARIABLE = 'FITTING_ROOM_SOFTWARE_GPU';

/** Programs that pretend to be graphics cards: of Chrome, of Mesa, of Windows. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|\bwarp\b/i;

const API: Readonly<Partial<Record<NodeJS.Platform, GraphicsApi>>> = { darwin: 'Metal', win32: 'D3D12' };

/** Tells which interface WebGPU uses on an operating system. */
export function graphicsApi(platform: NodeJS.Platform): GraphicsApi {
  return API[platform] ?? 'Vulkan';
}

/**
 * Puts an adapter's own words in order.
 *
 * @param info what it says of itself; any part may be empty
 * @param api what it is reached by
 */
export function describeAdapter(info: AdapterInfo, api: GraphicsApi): Adapter {
  const { vendor, architecture, device, description } = info;
  return {
    name: device || description || architecture || vendor || 'unnamed adapter',
    vendor: vendor || 'unknown',
    architecture,
    api,
    driver: description,
    isSoftware: info.isFallbackAdapter === true || SOFTWARE.test(`${architecture} ${device} ${description}`),
  };
}

/**
 * Refuses an adapter that is no graphics card, unless the user asked for one.
 *
 * @param adapter null when WebGPU found none
 * @throws UserError when there is none, or it is a program and `FITTING_ROOM_SOFTWARE_GPU` is not 1
 */
export function checkAdapter(adapter: Adapter | null): Adapter {
  if (!adapter) throw new UserError(`WebGPU finds no graphics card: ${whyNone(process.platform)}`);
  if (adapter.isSoftware && process.env[SOFTWARE_VARIABLE] !== '1') {
    throw new UserError(
      `WebGPU finds only ${formatAdapter(adapter)}, a program that pretends to be a graphics card and is slower than ` +
        `the CPU engine; install the card's driver, or set ${SOFTWARE_VARIABLE}=1 to use it all the same`,
    );
  }
  return adapter;
}

const LOADER_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** What Vulkan's loader reads in place of the drivers installed: the second is its older name. */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];

function whyNone(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'it needs macOS with a Metal card';
  if (platform === 'win32') return 'it needs a card and driver with Direct3D 12';
  for (const variable of DRIVER_VARIABLES) {
    const missing = listed(variable).find((file) => !existsSync(file));
    if (missing !== undefined) return `${variable} names ${missing}, which is not there`;
  }
  const folders = [...listed('LD_LIBRARY_PATH'), ...LOADER_FOLDERS];
  return folders.some((folder) => existsSync(path.join(folder, 'libvulkan.so.1')))
    ? "Vulkan's loader is here, its driver for the card is not (Mesa's mesa-vulkan-drivers, or NVIDIA's driver)"
    : "Vulkan's loader is missing (libvulkan1 on Debian and Ubuntu), and perhaps the card's Vulkan driver";
}

function listed(variable: string): string[] {
  return (process.env[variable] ?? '').split(path.delimiter).filter(Boolean);
}
