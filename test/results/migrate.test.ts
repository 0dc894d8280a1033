// Records that older code wrote, unchanged: `npm run bench -- --dataset tiny --models nearest-centroid,resnet`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LATEST_VERSION, migrateRecord } from '../../src/results/migrate.ts';
import { readRecord, readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const KEPT = path.join(import.meta.dirname, '..', 'fixtures', 'kept-records');

async function keptRecord(name: string): Promise<Record<string, object>> {
  return JSON.parse(await readFile(path.join(KEPT, name), 'utf8')) as Record<string, object>;
}

describe('kept records of older versions', () => {
  it('exist for every version except the latest', async () => {
    const { records } = await readRecords(KEPT);
    const versions = await Promise.all(
      records.map(
        async ({ file }) => (JSON.parse(await readFile(file, 'utf8')) as { schemaVersion: number }).schemaVersion,
      ),
    );
    const older = Array.from({ length: LATEST_VERSION - 1 }, (_, i) => i + 1);
    expect([...new Set(versions)].sort()).toEqual(older);
  });

  it.each(['version-1-ok.json', 'version-1-timed-out.json', 'version-1-without-role.json'])(
    '%s is read without losing a field',
    async (name) => {
      const kept = await keptRecord(name);
      expect(await readRecord(path.join(KEPT, name))).toEqual({
        ...kept,
        schemaVersion: 5,
        cautions: [],
        repeat: 1,
        model: { ...kept['model'], role: 'model' },
        software: { ...kept['software'], isRestricted: false },
        resources: { ...kept['resources'], energyJoules: null },
      });
    },
  );

  it('version 2 calls Grad-CAM maps attention, its own models competitors and their benchmark peers', async () => {
    const { attention, ...kept } = await keptRecord('version-2-grad-cam.json');
    expect(await readRecord(path.join(KEPT, 'version-2-grad-cam.json'))).toEqual({
      ...kept,
      schemaVersion: 5,
      cautions: [],
      benchmark: 'references',
      model: { ...kept['model'], role: 'model' },
      software: { ...kept['software'], isRestricted: false },
      gradCam: attention,
    });
  });

  it('version 2 calls a reference implementation a peer', async () => {
    const kept = await keptRecord('version-2-peer.json');
    const { peerOf: _, ...model } = kept['model'] as Record<string, unknown>;
    expect(await readRecord(path.join(KEPT, 'version-2-peer.json'))).toEqual({
      ...kept,
      schemaVersion: 5,
      cautions: [],
      benchmark: 'references',
      model: { ...model, role: 'reference', referenceOf: 'resnet' },
      software: { ...kept['software'], isRestricted: false },
    });
  });

  it('version 3 says nothing about cautions and restrictions', async () => {
    const kept = await keptRecord('version-3-pixel-maps.json');
    expect(await readRecord(path.join(KEPT, 'version-3-pixel-maps.json'))).toEqual({
      ...kept,
      schemaVersion: 5,
      cautions: [],
      software: { ...kept['software'], isRestricted: false },
    });
  });

  it('version 4 has the instruction sets of the processor in its engine', async () => {
    const name = 'version-4-instruction-set.json';
    const kept = (await keptRecord(name)) as unknown as FitRecord;
    const { instructionSet, ...engine } = kept.software.engine as FitRecord['software']['engine'] & {
      instructionSet: string;
    };
    expect(instructionSet).toBe('AVX-512 VNNI');
    expect(await readRecord(path.join(KEPT, name))).toEqual({
      ...kept,
      schemaVersion: 5,
      machine: { ...kept.machine, processor: { instructionSets: ['AVX-512'] } },
      software: { ...kept.software, engine },
    });
  });

  it('have the latest version when they are written again', async () => {
    const file = path.join(await temporaryFolder(), 'again.json');
    await writeRecord(file, await readRecord(path.join(KEPT, 'version-1-ok.json')));
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: LATEST_VERSION, repeat: 1 });
  });
});

describe('migrateRecord', () => {
  it('does not change records of the latest version and other values', () => {
    const record = makeRecord();
    for (const value of [
      record,
      null,
      3,
      'text',
      [1],
      {},
      { schemaVersion: 'one' },
      { schemaVersion: 0 },
      { schemaVersion: 1.5 },
      { schemaVersion: 99 },
    ]) {
      expect(migrateRecord(value)).toBe(value);
    }
  });

  it('leaves errors of an old record to the check', () => {
    expect(migrateRecord({ schemaVersion: 1, resources: 'many' })).toEqual({
      schemaVersion: LATEST_VERSION,
      repeat: 1,
      model: undefined,
      resources: 'many',
      cautions: [],
      software: undefined,
    });
  });
});
