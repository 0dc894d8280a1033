// Loads libsvm-js (WebAssembly) without its side effects on the process.
import { createRequire } from 'node:module';

/** The part of a libsvm-js classifier that is used here. */
export interface Libsvm {
  train(samples: readonly (readonly number[])[], labels: readonly number[]): void;
  predictOne(sample: readonly number[]): number;
  /** Row numbers of the support vectors. */
  getSVIndices(): number[];
  /** Frees the WebAssembly memory. */
  free(): void;
}

/** The class that libsvm-js exports. Its options are libsvm's, with long names. */
export interface LibsvmClass {
  readonly KERNEL_TYPES: { readonly LINEAR: number; readonly POLYNOMIAL: number; readonly RBF: number };
  new (options: Readonly<Record<string, number | boolean | Readonly<Record<number, number>>>>): Libsvm;
}

let loaded: Promise<LibsvmClass> | undefined;
let listener: ((line: string) => void) | undefined;

/**
 * Loads libsvm-js once per process. What it prints goes to the listener instead of the console.
 *
 * @param onLine called with each line that libsvm prints from now on; by default lines are dropped
 */
export function loadLibsvm(onLine?: (line: string) => void): Promise<LibsvmClass> {
  listener = onLine;
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LibsvmClass> {
  const { log, warn } = console;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Map(events.map((event) => [event, process.listeners(event as 'uncaughtException')]));
  const print = (...parts: unknown[]): void => listener?.(parts.join(' '));
  // While it loads, libsvm-js keeps references to the console's functions and makes unhandled rejections end the process.
  console.log = print;
  console.warn = print;
  try {
    return await (createRequire(import.meta.url)('libsvm-js') as Promise<LibsvmClass>);
  } finally {
    Object.assign(console, { log, warn });
    for (const event of events) {
      for (const added of process.listeners(event as 'uncaughtException')) {
        if (!before.get(event)!.includes(added)) process.removeListener(event, added);
      }
    }
  }
}
