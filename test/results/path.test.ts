import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordPath } from '../../src/results/path.ts';
import { makeRecord } from '../fixtures/records.ts';

const record = makeRecord({ model: 'random-forest', seed: 7, machine: 'box-1' });

test('names machine, commit, model and seed', () => {
  expect(recordPath('results', record)).toBe(path.join('results', 'box-1', '01234567', 'random-forest-s7.json'));
});

test('adds the variant, the repeat and the mark of a dirty tree, and needs no git', () => {
  const git = { commit: record.git!.commit, dirty: true };
  expect(recordPath('out', { ...record, git, variant: 'quick' })).toBe(
    path.join('out', 'box-1', '01234567-dirty', 'random-forest-s7-quick.json'),
  );
  expect(recordPath('out', { ...record, variant: 'quick', repeat: 3 })).toBe(
    path.join('out', 'box-1', '01234567', 'random-forest-s7-quick-r3.json'),
  );
  expect(recordPath('out', { ...record, git: null })).toBe(
    path.join('out', 'box-1', 'no-commit', 'random-forest-s7.json'),
  );
});

test('keeps ids apart that differ only in characters that a path cannot hold', () => {
  const fileOf = (id: string) => recordPath('out', { ...record, machine: { id } });
  expect(fileOf('my box')).toMatch(/my-box-[0-9a-f]{6}/);
  expect(new Set(['my box', 'my/box', 'my-box', 'my\\box', ' my box'].map(fileOf)).size).toBe(5);
});

test('stays inside the folder, three levels deep, with short names, whatever the ids contain', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('..', '../../etc', '/', '\0', '.', '', '...', '~', 'C:\\x', 'a/../../b', '-rf', 'x'.repeat(500)),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, fc.boolean(), (machine, commit, model, variant, dirty) => {
      const identity = {
        machine: { id: machine },
        git: { commit, dirty },
        model: { id: model },
        seed: 0,
        repeat: 2,
        variant,
      };
      const parts = path.relative('/out', path.resolve(recordPath('/out', identity))).split(path.sep);
      expect(parts).toHaveLength(3);
      for (const part of parts) {
        expect(part).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
        expect(part.length).toBeLessThanOrEqual(255);
      }
      expect(parts[2]).toMatch(/\.json$/);
    }),
  );
});
