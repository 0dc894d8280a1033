import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serialize } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { majority } from '../../models/majority.ts';
import { nearestCentroid } from '../../models/nearest-centroid.ts';
import { openModels } from '../../src/app/predict/loaded-models.ts';
import { UserError } from '../../src/base/errors.ts';
import { identityOf } from '../../src/fitted/fit-identity.ts';
import { currentCodes, sourceKey } from '../../src/fitted/model-code.ts';
import { findFitted, openFitted } from '../../src/fitted/open.ts';
import { fittedFile, isKept, keepFitted, readFitted } from '../../src/fitted/store.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

beforeEach(async () => {
  vi.stubEnv('FITTING_ROOM_CACHE', await temporaryFolder());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the store of fitted models', () => {
  it('returns what was saved, and null for what was not', async () => {
    const file = path.join(await temporaryFolder(), 'fitted', 'a.bin');
    expect(await isKept(file)).toBe(false);
    expect(await readFitted(file)).toBeNull();
    await keepFitted(file, serialize({ weights: [Float32Array.of(1, 2.5)] }));
    expect(await isKept(file)).toBe(true);
    expect(await readFitted(file)).toEqual({ weights: [Float32Array.of(1, 2.5)] });
  });

  it('removes those unused for longest above the size limit, but never the newest', async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => path.join(folder, name);
    const used = async (name: string, hour: number) => {
      const date = new Date(Date.UTC(2026, 0, 1, hour));
      await utimes(at(name), date, date);
    };
    for (const [hour, name] of ['a.bin', 'b.bin', 'c.bin'].entries()) {
      await keepFitted(at(name), serialize(new Uint8Array(1000)));
      await used(name, hour);
    }
    // Reading counts as use: b is now unused for longest.
    await readFitted(at('a.bin'));
    await writeFile(at('notes.txt'), 'not ours');
    await keepFitted(at('d.bin'), serialize(new Uint8Array(1000)), 3500);
    expect((await readdir(folder)).sort()).toEqual(['a.bin', 'c.bin', 'd.bin', 'notes.txt']);
    await keepFitted(at('e.bin'), serialize(new Uint8Array(1000)), 10);
    expect((await readdir(folder)).sort()).toEqual(['e.bin', 'notes.txt']);
  });

  it('knows what was used last while the clock is behind', async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => path.join(folder, name);
    for (const name of ['a.bin', 'b.bin', 'c.bin']) await keepFitted(at(name), serialize(new Uint8Array(1000)));
    vi.spyOn(Date, 'now').mockReturnValue(0);
    await readFitted(at('a.bin'));
    await keepFitted(at('d.bin'), serialize(new Uint8Array(1000)));
    vi.restoreAllMocks();
    await keepFitted(at('e.bin'), serialize(new Uint8Array(1000)), 3500);
    expect((await readdir(folder)).sort()).toEqual(['a.bin', 'd.bin', 'e.bin']);
  });

  it('refuses a damaged file and names it', async () => {
    const file = path.join(await temporaryFolder(), 'a.bin');
    await keepFitted(file, serialize('weights'));
    await writeFile(file, (await readFile(file)).fill(7, 34, 36));
    await expect(readFitted(file)).rejects.toThrow(UserError);
    await expect(readFitted(file)).rejects.toThrow(`damaged model: ${file}`);
  });

  it('saves values in shared memory', async () => {
    const folder = await temporaryFolder();
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7);
    await keepFitted(path.join(folder, 'a.bin'), serialize(shared));
    expect(new Uint8Array((await readFitted(path.join(folder, 'a.bin'))) as Uint8Array)).toEqual(
      Uint8Array.of(7, 7, 7, 7),
    );
  });
});

describe('fitted models of records', () => {
  const signal = new AbortController().signal;
  const recordOf = async (id: string, changes: Partial<FinishedRecord['model']> = {}, train = 1000) => {
    const made = makeRecord({ model: id });
    const hash = (await currentCodes([id])).get(sourceKey(id, made.software.engine.device))!.sourceHash;
    const model = { ...made.model, params: {}, sourceHash: hash, ...changes };
    return { ...made, model, dataset: { ...made.dataset, train, splitHash: String(train % 10).repeat(64) } };
  };

  it('are found if they are saved, the one on the most images first, and the reasons of the others are named', async () => {
    const small = await recordOf('majority', {}, 1001);
    const large = await recordOf('majority', {}, 2002);
    const largest = await recordOf('majority', {}, 3003);
    for (const record of [small, large])
      await keepFitted(fittedFile(identityOf(record)), serialize(Float32Array.of(0.25, 0.75)));
    const old = await recordOf('nearest-centroid', { sourceHash: '0'.repeat(64) });
    await keepFitted(fittedFile(identityOf(old)), serialize({}));

    const { found, missing } = await findFitted([majority, nearestCentroid], [small, old, large, largest]);
    expect(found.map(({ record }) => record.dataset.train)).toEqual([2002]);
    expect(missing).toEqual([{ id: 'nearest-centroid', reason: 'has changed since it was fitted' }]);
    expect((await findFitted([majority], [largest])).missing[0]!.reason).toMatch(/not kept here/);
    expect((await findFitted([majority], [])).missing[0]!.reason).toBe('was never fitted here');
  });

  it('predict as the fit did', async () => {
    const record = await recordOf('majority', {}, 4004);
    await keepFitted(fittedFile(identityOf(record)), serialize(Float32Array.of(0.25, 0.75)));
    const { found } = await findFitted([majority], [record]);
    const classifier = await openFitted(found[0]!, { threads: 1, signal });
    const images = { count: 2, shape: record.dataset.shape, bytes: new Uint8Array(2), pixels: new Float32Array(2) };
    expect((await classifier.predict(images)).labels).toEqual(Uint8Array.of(1, 1));
  });

  it('are left out, with the reason, if they cannot be loaded, unless none can', async () => {
    const record = await recordOf('majority', {}, 7007);
    await keepFitted(fittedFile(identityOf(record)), serialize(Float32Array.of(0.25, 0.75)));
    const load = async (): Promise<never> => {
      throw new Error('no weights');
    };
    const create: typeof majority.create = (context) => ({ ...majority.create(context), load });
    const broken = { adapter: { ...majority, id: 'broken', create }, record };
    const said: string[] = [];
    const loaded = await openModels([broken, { adapter: majority, record }], signal, (text) => said.push(text));
    expect(loaded.models.map(({ fitted }) => fitted.adapter.id)).toEqual(['majority']);
    expect(said).toEqual([
      expect.stringMatching(/^broken cannot be loaded: no weights \(test\/fitted\/fitted\.test\.ts:\d+:\d+\)$/),
    ]);
    const none = openModels([broken], signal, (text) => said.push(text));
    await expect(none).rejects.toThrow('no fitted model can be loaded: broken cannot be loaded: no weights');
    expect(said).toHaveLength(1);
  });

  it('that are removed in the meantime are an error that says what to do', async () => {
    const record = await recordOf('majority', {}, 5005);
    await expect(openFitted({ adapter: majority, record }, { threads: 1, signal })).rejects.toThrow(/npm run bench/);
  });

  it('are not confused with a folder of the same name', async () => {
    const record = await recordOf('majority', {}, 6006);
    await mkdir(fittedFile(identityOf(record)), { recursive: true });
    expect((await findFitted([majority], [record])).found).toEqual([]);
  });
});
