// Texts in the rooms listed here use plain technical English.
import { describe, expect, it } from 'vitest';
import { findInRoom, formatFinding } from './plain-english.ts';

/** Rooms without an expression to avoid. `npx tsx test/house/plain-english.ts` lists what is left in the others. */
const CLEAN: readonly string[] = [
  'models',
  'src/app',
  'src/base',
  'src/browser',
  'src/data',
  'src/document',
  'src/engine',
  'src/fitted',
  'src/git',
  'src/report',
  'src/run',
  'src/solvers',
  'src/stats',
  'src/terminal',
  'src/types.ts',
  'test/browser',
  'test/document',
  'test/report',
];

describe.runIf(CLEAN.length > 0)('the texts of', () => {
  it.each(CLEAN)('%s avoid the expressions of plain-english-rules.ts', (room) => {
    expect(findInRoom(room).map(formatFinding)).toEqual([]);
  });
});
