// A session of the native library on one graph: feeding, running, reading.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { TensorValues } from './attributes.ts';
import type { NativeBackend } from './native.ts';
import { CannotCompile } from './trace.ts';

/** A tensor to feed: the output that it replaces, its shape, type and values. */
export type Feed = readonly [name: string, shape: number[], dtype: number, values: TensorValues];

/** A session on one graph. Its variables exist until it is closed. */
export interface Session {
  /** Feeds tensors, computes outputs and returns their values. */
  run(feeds: readonly Feed[], outputs: readonly string[]): TensorValues[];
  /** Stores fed values in variables. The variables may use the memory of these values until the session is closed. */
  store(feeds: readonly Feed[], assigned: string): void;
  close(): void;
}

/**
 * Opens a session on a graph.
 *
 * @param model result of `encodeSavedModel`
 * @throws CannotCompile if TensorFlow rejects the graph
 */
export function openSession({ binding }: NativeBackend, model: Uint8Array): Session {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fitting-room-graph-'));
  let session: number;
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), model);
    session = binding.loadSavedModel(folder, 'serve');
  } catch (cause) {
    throw new CannotCompile(`TensorFlow rejects the graph: ${messageOf(cause)}`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // TensorFlow uses fed values in the memory of JavaScript and notifies JavaScript from the thread that releases them last.
  // That must be this thread, because only here the binding may be called. Fed tensors are therefore kept longer than
  // TensorFlow can need them: until the next run has ended, or until the session is closed if they became a variable's value.
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
