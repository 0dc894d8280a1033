// The texts of every room use plain technical English.
import { describe, expect, it } from 'vitest';
import { findInRoom, formatFinding, ROOMS } from './plain-english.ts';

describe('the texts of', () => {
  it.each(ROOMS)('%s avoid the expressions of plain-english-rules.ts', (room) => {
    expect(findInRoom(room).map(formatFinding)).toEqual([]);
  });
});
