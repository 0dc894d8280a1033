// The door to libsvm-js: loads its WebAssembly build without what that does to the process around it.
import { createRequire } from 'node:module';

/** What of a classifier of libsvm-js is used here. */
export interface Libsvm {
  train(samples: readonly (readonly number[])[], labels: readonly number[]): void;
  predictOne(sample: readonly number[]): number;
  /** Positions of the support vectors. */
  getSVIndices(): number[];
  /** Gives the WebAssembly memory back. */
  free(): void;
}

/** The class that libsvm-js exports; options are libsvm's, by long names. */
export interface LibsvmClass {
  readonly KERNEL_TYPES: { readonly LINEAR: number; readonly POLYNOMIAL: number; readonly RBF: number };
  new (options: Readonly<Record<string, number | boolean | Readonly<Record<number, number>>>>): Libsvm;
}

let loaded: Promise<LibsvmClass> | undefined;
let listener: ((line: string) => void) | undefined;

/**
 * Loads libsvm-js, once a process. What it prints goes to the listener instead of the console.
 *
 * @param onLine told of each line printed from now on; none by default
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
  const print = (...words: unknown[]): void => listener?.(words.join(' '));
  // It takes hold of the console's functions while it loads, and makes any unhandled rejection end the process.
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
