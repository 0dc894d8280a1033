import { expect, it } from 'vitest';
import { DTYPE, type NativeBackend } from '../../../src/engine/compile/native.ts';
import { type Feed, openSession } from '../../../src/engine/compile/session.ts';

it('keeps fed tensors until the next run has ended, and stored ones until the session is closed', () => {
  const log: string[] = [];
  let created = 0;
  const binding = {
    createTensor: () => created++,
    deleteTensor: (id: number) => void log.push(`delete ${id}`),
    tensorDataSync: () => Float32Array.of(1),
    loadSavedModel: () => 7,
    runSavedModel: (_: number, ids: number[]) => {
      log.push(`run ${ids}`);
      return [{ id: 100 + ids[0]!, shape: [1], dtype: DTYPE.float32 }];
    },
    deleteSavedModel: () => void log.push('close'),
  };
  const session = openSession({ binding } as unknown as NativeBackend, new Uint8Array());
  const feeds: Feed[] = [['in:0', [1], DTYPE.float32, Float32Array.of(1)]];
  session.store(feeds, 'stored:0');
  session.run(feeds, ['out:0']);
  session.run(feeds, ['out:0']);
  session.close();
  expect(log).toEqual([
    ...['run 0', 'delete 100'],
    ...['run 1', 'delete 101'],
    ...['run 2', 'delete 102', 'delete 1'],
    ...['close', 'delete 2', 'delete 0'],
  ]);
});
