import { describe, expect, test } from 'vitest';
import { orderStates, spanBetween } from '../../../src/commits/history/order.ts';
import type { CommitGraph } from '../../../src/git/commit-graph.ts';
import { chain, fitAt, hashOf } from './pasts.ts';

const names = (records: Parameters<typeof orderStates>[0], graph: CommitGraph): string[] =>
  orderStates(records, graph).map(({ commit, dirty }) => `${Number(commit.slice(0, 4))}${dirty ? '-dirty' : ''}`);

describe('measured commits', () => {
  test('are in the order of git, each once, whatever their dates', () => {
    const records = [fitAt(1), fitAt(3), fitAt(2), fitAt(3, { model: 'knn' })];
    expect(names(records, chain(3, 1, 2))).toEqual(['3', '1', '2']);
    expect(orderStates(records, chain(3, 1, 2))[0]).toEqual({
      commit: hashOf(3),
      dirty: false,
      committedAt: '2026-01-01T03:00:00.000Z',
      subject: 'change 3',
    });
  });

  test('with uncommitted changes come after their commit', () => {
    expect(names([fitAt(2), fitAt(1, {}, true), fitAt(1)], chain(1, 2))).toEqual(['1', '1-dirty', '2']);
    expect(names([fitAt(2), fitAt(1, {}, true), fitAt(1)], new Map())).toEqual(['1', '1-dirty', '2']);
  });

  test('that git does not know are placed by their dates', () => {
    // 5 is before 8 by its date; 9 is after everything; 1 before.
    expect(
      names(
        [9, 5, 1, 8, 4].map((n) => fitAt(n)),
        chain(4, 8),
      ),
    ).toEqual(['1', '4', '5', '8', '9']);
    expect(orderStates([fitAt(5)], chain(4, 8))[0]!.subject).toBeNull();
  });

  test('without a valid date come first; fits made outside a checkout are left out', () => {
    const strange = fitAt(3);
    const records = [fitAt(1), { ...strange, git: { ...strange.git!, committedAt: 'soon' } }];
    expect(names(records, new Map())).toEqual(['3', '1']);
    expect(orderStates([{ ...strange, git: null }], new Map())).toEqual([]);
  });
});

describe('the commits between two commits', () => {
  test('include the later one, and have one halfway', () => {
    const graph = chain(1, 2, 3, 4, 5);
    expect(spanBetween(graph, hashOf(1), hashOf(2))).toEqual({ commits: 1, middle: null, isDescendant: true });
    // 2, 3, 4, 5 are new: with 3 measured, two commits are left before and after it.
    expect(spanBetween(graph, hashOf(1), hashOf(5))).toEqual({ commits: 4, middle: hashOf(3), isDescendant: true });
    expect(spanBetween(graph, hashOf(3), hashOf(5))).toEqual({ commits: 2, middle: hashOf(4), isDescendant: true });
    expect(spanBetween(graph, hashOf(3), hashOf(3))).toEqual({ commits: 0, middle: null, isDescendant: true });
  });

  test('are known to be on two branches', () => {
    const on = (...parents: number[]) => ({ parents: parents.map(hashOf), subject: '' });
    // 1 - 2 - 4 and 1 - 3 - 4.
    const graph = new Map([
      [hashOf(1), on()],
      [hashOf(2), on(1)],
      [hashOf(3), on(1)],
      [hashOf(4), on(2, 3)],
    ]);
    expect(spanBetween(graph, hashOf(2), hashOf(3))).toEqual({ commits: 1, middle: null, isDescendant: false });
    expect(spanBetween(graph, hashOf(2), hashOf(4))).toEqual({ commits: 2, middle: hashOf(3), isDescendant: true });
  });

  test('are unknown if git knows only one of the two', () => {
    expect(spanBetween(chain(1), hashOf(1), hashOf(2))).toBeNull();
    expect(spanBetween(chain(1), hashOf(2), hashOf(1))).toBeNull();
  });
});
