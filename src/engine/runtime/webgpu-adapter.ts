// Describes and checks the graphics card that WebGPU uses.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type Adapter, formatAdapter, type GraphicsApi } from '../../document/engine-text.ts';

export type { Adapter, GraphicsApi };

/** The used fields of WebGPU's adapter info. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** Set to 1 it allows a program that emulates a graphics card. It is slower than the CPU and only useful for tests. */
export const SOFTWARE_VARIABLE = 'FITTING_ROOM_SOFTWARE_GPU';

/** Programs that emulate graphics cards: of Chrome, Mesa and Windows. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|\bwarp\b/i;

const API: Readonly<Partial<Record<NodeJS.Platform, GraphicsApi>>> = { darwin: 'Metal', win32: 'D3D12' };

/** Returns the graphics API that WebGPU uses on an operating system. */
export function graphicsApi(platform: NodeJS.Platform): GraphicsApi {
  return API[platform] ?? 'Vulkan';
}

/**
 * Describes an adapter.
 *
 * @param info WebGPU's info; any field may be empty
 * @param api the graphics API
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
 * Checks that an adapter is a graphics card.
 *
 * @param adapter null if WebGPU found none
 * @throws UserError if there is none, or it is a program and `FITTING_ROOM_SOFTWARE_GPU` is not 1
 */
export function checkAdapter(adapter: Adapter | null): Adapter {
  if (!adapter) throw new UserError(`WebGPU finds no graphics card: ${whyNone(process.platform)}`);
  if (adapter.isSoftware && process.env[SOFTWARE_VARIABLE] !== '1') {
    throw new UserError(
      `WebGPU finds only ${formatAdapter(adapter)}, a program that emulates a graphics card and is slower than the ` +
        `CPU engine; install the card's driver, or set ${SOFTWARE_VARIABLE}=1 to use it anyway`,
    );
  }
  return adapter;
}

const LOADER_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** Variables that make Vulkan's loader use other drivers than the installed ones. The second is the older name. */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];

function whyNone(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'it needs macOS with a card that supports Metal';
  if (platform === 'win32') return 'it needs a card and a driver that support Direct3D 12';
  for (const variable of DRIVER_VARIABLES) {
    const missing = listed(variable).find((file) => !existsSync(file));
    if (missing !== undefined) return `${variable} is set to ${missing}, which does not exist`;
  }
  const folders = [...listed('LD_LIBRARY_PATH'), ...LOADER_FOLDERS];
  return folders.some((folder) => existsSync(path.join(folder, 'libvulkan.so.1')))
    ? "Vulkan's loader is installed, but no Vulkan driver for the card (Mesa's mesa-vulkan-drivers, or NVIDIA's driver)"
    : "Vulkan's loader is missing (libvulkan1 on Debian and Ubuntu), and possibly the card's Vulkan driver";
}

function listed(variable: string): string[] {
  return (process.env[variable] ?? '').split(path.delimiter).filter(Boolean);
}
