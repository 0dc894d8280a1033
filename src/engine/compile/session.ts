// A graph in the native library's hands: fed, run, read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { NativeBackend, TensorValues } from './native.ts';
import { CannotCompile } from './trace.ts';

/** A tensor to feed: the output it replaces, its shape, type and values. */
export type Feed = readonly [name: string, shape: number[], dtype: number, values: TensorValues];

/** The native library's session on one graph: its variables live as long as it does. */
export interface Session {
  /** Feeds, computes the outputs, returns their values. */
  run(feeds: readonly Feed[], outputs: readonly string[]): TensorValues[];
  /** Feeds values to variables. These may go on using the memory that they came in: it is theirs until the session closes. */
  store(feeds: readonly Feed[], assigned: string): void;
  close(): void;
}

/**
 * Hands a graph to the native library.
 *
 * @param model of `encodeSavedModel`
 * @throws CannotCompile when TensorFlow does not take it
 */
export function openSession({ binding }: NativeBackend, model: Uint8Array): Session {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fitting-room-graph-'));
  let session: number;
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), model);
    session = binding.loadSavedModel(folder, 'serve');
  } catch (cause) {
    throw new CannotCompile(`TensorFlow does not take the graph: ${messageOf(cause)}`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // TensorFlow reads what is fed where JavaScript has it, and lets JavaScript know from the thread that lets go of it last.
  // That must be this one, for only here may the binding be called back: so what was fed is held for longer than TensorFlow
  // can want it, until the next run is over, or to the end where it became a variable's value.
  let fed: number[] = [];
  const stored: number[] = [];
  const create = (feeds: readonly Feed[]): number[] =>
    feeds.map(([, shape, dtype, values]) => binding.createTensor(shape, dtype, values));
  const runWith = (ids: number[], feeds: readonly Feed[], outputs: readonly string[]): TensorValues[] => {
    const names = feeds.map(([name]) => name);
    const results = binding.runSavedModel(session, ids, names.join(','), outputs.join(','));
    try {
      return results.map(({ id }) => binding.tensorDataSync(id));
    } finally {
      release(results.map(({ id }) => id));
    }
  };
  const release = (ids: readonly number[]): void => {
    for (const id of ids) binding.deleteTensor(id);
  };
  return {
    run(feeds, outputs) {
      const before = fed;
      fed = create(feeds);
      try {
        return runWith(fed, feeds, outputs);
      } finally {
        release(before);
      }
    },
    store(feeds, assigned) {
      const ids = create(feeds);
      stored.push(...ids);
      runWith(ids, feeds, [assigned]);
    },
    close() {
      binding.deleteSavedModel(session);
      release([...fed, ...stored]);
    },
  };
}
