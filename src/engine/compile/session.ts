// A graph in the native library's hands: fed, run, read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '../../errors.ts';
import type { NativeBackend, TensorValues } from './native.ts';
import { CannotCompile } from './trace.ts';

/** A tensor to feed: the output it replaces, its shape, type and values. */
export type Feed = readonly [name: string, shape: number[], dtype: number, values: TensorValues];

/** The native library's session on one graph: its variables live as long as it does. */
export interface Session {
  /** Feeds, computes the outputs, returns their values. */
  run(feeds: readonly Feed[], outputs: readonly string[]): TensorValues[];
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
  return {
    run(feeds, outputs) {
      const ids = feeds.map(([, shape, dtype, values]) => binding.createTensor(shape, dtype, values));
      const names = feeds.map(([name]) => name);
      let results: { id: number }[] = [];
      try {
        results = binding.runSavedModel(session, ids, names.join(','), outputs.join(','));
        return results.map(({ id }) => binding.tensorDataSync(id));
      } finally {
        for (const id of [...ids, ...results.map((result) => result.id)]) binding.deleteTensor(id);
      }
    },
    close: () => binding.deleteSavedModel(session),
  };
}
