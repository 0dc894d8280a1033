import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { checkpointFile, readCheckpoint, removeCheckpoint, writeCheckpoint } from '../../src/run/checkpoint.ts';
import type { FitJob } from '../../src/run/fit-outcome.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const kept = {
  state: serialize({ epoch: 2, values: [Float32Array.of(1, 2.5)] }),
  curve: [{ epoch: 1, seconds: 3, loss: 0.5, accuracy: null, validationLoss: null, validationAccuracy: null }],
  trainSeconds: 3,
  evaluateSeconds: 1,
};

describe('a checkpoint', () => {
  it('is read as it was written last, and leaves no other file', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'deeper', 'a.bin');
    await writeCheckpoint(file, { ...kept, trainSeconds: 1 });
    await writeCheckpoint(file, kept);
    expect(await readCheckpoint(file)).toEqual(kept);
    expect(await readdir(path.dirname(file))).toEqual(['a.bin']);
    await removeCheckpoint(file);
    await removeCheckpoint(file);
    expect(await readCheckpoint(file)).toBeNull();
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 60)],
    ['empty', () => Buffer.alloc(0)],
    ['changed', (bytes: Buffer) => Buffer.from(bytes).fill(7, 50, 51)],
  ])('that is %s is an error that names the file', async (_, damage) => {
    const file = path.join(await temporaryFolder(), 'a.bin');
    await writeCheckpoint(file, kept);
    await writeFile(file, damage(await readFile(file)));
    await expect(readCheckpoint(file)).rejects.toThrow(UserError);
    await expect(readCheckpoint(file)).rejects.toThrow(`damaged checkpoint: ${file}`);
  });

  it('has a different file for each model, code, parameters, seed, device and split', () => {
    const job = { modelId: 'mlp', params: { epochs: 3 }, seed: 1, device: 'cpu', split: { splitHash: 'a' } };
    const at = (changes: object, sourceHash = 'h') =>
      checkpointFile({ ...job, ...changes } as unknown as FitJob, sourceHash);
    const files = [
      at({}),
      at({}, 'other'),
      at({ modelId: 'cnn' }),
      at({ params: { epochs: 4 } }),
      at({ seed: 2 }),
      at({ device: 'gpu' }),
      at({ split: { splitHash: 'b' } }),
    ];
    expect(new Set(files).size).toBe(files.length);
    expect(at({})).toBe(files[0]);
  });
});
