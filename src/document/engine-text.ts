// Writes what is known of an engine: its settings and its graphics card.

/** The graphics interface of an operating system that WebGPU uses. */
export type GraphicsApi = 'Vulkan' | 'Metal' | 'D3D12';

/** A graphics card as WebGPU describes it, or a program that emulates one. */
export interface Adapter {
  /** The driver's name for it: `'nvidia-h200'`, `'apple-m1-max'`. */
  readonly name: string;
  /** `'nvidia'`, `'amd'`, `'intel'`, `'apple'`; `'unknown'` if the driver does not say. */
  readonly vendor: string;
  /** `'hopper'`, `'rdna-3'`; empty if the driver does not say. */
  readonly architecture: string;
  readonly api: GraphicsApi;
  /** The driver's description; empty if the driver does not say. */
  readonly driver: string;
  /** Whether a program on the CPU emulates the card. */
  readonly isSoftware: boolean;
}

/**
 * Writes settings as a shell takes them before a command.
 *
 * @param settings environment variables by name
 * @returns `'A=1 B=2'`; `'none'` without settings
 */
export function formatSettings(settings: Readonly<Record<string, string>>): string {
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return assignments.join(' ') || 'none';
}

/**
 * Writes an adapter in one line: `nvidia-h200 (nvidia hopper, Vulkan, NVIDIA: 570.133.20)`.
 *
 * @param adapter any adapter
 */
export function formatAdapter({ name, vendor, architecture, api, driver, isSoftware }: Adapter): string {
  const maker = [vendor, architecture].filter(Boolean).join(' ');
  const facts = [maker, api, ...(driver && driver !== name ? [driver] : []), ...(isSoftware ? ['software'] : [])];
  return `${name} (${facts.join(', ')})`;
}
