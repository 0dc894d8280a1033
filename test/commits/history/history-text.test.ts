import { describe, expect, test } from 'vitest';
import { buildHistory } from '../../../src/commits/history/build-history.ts';
import { historySections } from '../../../src/commits/history/history-sections.ts';
import { lineTable, overviewTable, stepsTable, valuesTable } from '../../../src/commits/history/history-tables.ts';
import { narrowings, placeText, runsText, valueText } from '../../../src/commits/history/history-text.ts';
import { sparkline } from '../../../src/commits/history/sparkline.ts';
import { plainText, type Table, toCell } from '../../../src/document/blocks.ts';
import { toMarkdown } from '../../../src/document/to-markdown.ts';
import { toTerminal } from '../../../src/document/to-terminal.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { makeTests } from '../../report/images.ts';
import { chain, fitAt, hashOf } from './pasts.ts';

function history(records: readonly FitRecord[], graph = chain(1, 2, 3, 4, 5)) {
  const tests = makeTests(records);
  return buildHistory(records, { benchmark: 'fashion-mnist', metrics: ['accuracy', 'fit-time'], graph, tests });
}

/** The cells of a table as texts. */
function textsOf({ rows }: Table): string[][] {
  return rows.map((row) => row.map((cell) => plainText(toCell(cell).text)));
}

/** Good at commit 1, bad at commit 4. */
const dropped = [fitAt(1, { accuracy: 0.95 }), fitAt(4, { accuracy: 0.5 }), fitAt(1, { model: 'svm' })];
const machine = history(dropped).machines[0]!;

describe('sparklines', () => {
  test('reach from the lowest to the highest bar', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 0)).toBe('▁▂▃▄▅▆▇██');
    expect(sparkline([8, null, 0], 0)).toBe('█·▁');
    // 0.925 and 0.485 do not halve without rounding.
    expect(sparkline([0.925, 0.485], 0.01)).toBe('█▁');
  });

  test('show small changes as small, and missing values as gaps', () => {
    expect(sparkline([1, 1.01], 10)).toBe('▄▅');
    expect(sparkline([3, 3], 0)).toBe('▅▅');
    expect(sparkline([null, null], 1)).toBe('··');
    expect(sparkline([], 1)).toBe('');
  });
});

describe('values', () => {
  const point = { state: 0, value: 0.91, sd: null, range: null, count: 1, failures: [], change: null };

  test('are written in the unit of the metric', () => {
    expect(valueText('accuracy', { ...point, sd: 0.0016 })).toBe('91.00 ± 0.16');
    expect(valueText('fit-time', { ...point, value: 329 })).toBe('5 min 29 s');
    expect(valueText('memory', { ...point, value: 6e8 })).toBe('600 MB');
  });

  test('that are missing say why', () => {
    expect(valueText('accuracy', { ...point, value: null, failures: ['seed 1: x'] })).toBe('failed');
    expect(valueText('calibration-error', { ...point, value: null })).toBe('n/a');
  });

  test('of several runs have their number and range', () => {
    expect(runsText('accuracy', point)).toBe('');
    expect(runsText('accuracy', { ...point, count: 3 })).toBe('3 seeds');
    expect(runsText('fit-time', { ...point, count: 5, range: [1.84, 2.02] })).toBe('5 runs, 1.84 to 2.02 s');
    expect(runsText('memory', { ...point, count: 2, range: [6e8, 2e9] })).toBe('2 runs, 600 MB to 2.00 GB');
  });
});

describe('a step', () => {
  const whereOf = (records: readonly FitRecord[], graph = chain(1, 2, 3, 4, 5)) =>
    textsOf(stepsTable(history(records, graph).machines[0]!))[0]![5];
  const good = (commit: number, dirty = false) => fitAt(commit, { accuracy: 0.95 }, dirty);
  const bad = (commit: number, dirty = false) => fitAt(commit, { accuracy: 0.5 }, dirty);

  test('names its commit, or the commits that contain it', () => {
    expect(whereOf([good(1), bad(2)])).toBe('in 0002aaaa (change 2)');
    expect(whereOf([good(1), bad(4)])).toBe('in 0001aaaa..0004aaaa (3 commits)');
    expect(whereOf([good(1), bad(1, true)])).toBe('in the uncommitted changes of 0001aaaa-dirty');
    expect(whereOf([good(1, true), bad(2)])).toBe('between 0001aaaa-dirty and 0002aaaa');
    expect(whereOf([good(1), bad(2)], chain(1))).toBe('between 0001aaaa and 0002aaaa');
    const branches = new Map([1, 2].map((n) => [hashOf(n), { parents: [], subject: '' }]));
    expect(whereOf([good(1), bad(2)], branches)).toBe('between 0001aaaa and 0002aaaa, which are on two branches');
  });

  test('comes with a command that halves the commits, if there are several', () => {
    expect(narrowings(machine)).toEqual([
      {
        where: 'in 0001aaaa..0004aaaa (3 commits)',
        command: 'npm run bench -- --benchmark fashion-mnist --commit 0002aaaa --models cnn',
      },
    ]);
    expect(narrowings(history([good(1), bad(2)]).machines[0]!)).toEqual([]);
    expect(narrowings({ ...machine, command: null })).toEqual([]);
  });

  test('is one row with its evidence', () => {
    expect(textsOf(stepsTable(machine))).toEqual([
      [
        '▼ worse',
        'cnn',
        'accuracy',
        expect.stringMatching(/^9\d\.\d\d → 4\d\.\d\d %$/),
        expect.stringMatching(/^−4\d\.\d\d points \(−\d/),
        'in 0001aaaa..0004aaaa (3 commits)',
        expect.stringMatching(
          /^fixed \d+, broke \d+; other seeds unknown, p < 0\.0001; the code of the model did not change$/,
        ),
      ],
    ]);
  });
});

describe('tables', () => {
  test('of all models have the sparkline, the first and latest value, and the steps', () => {
    expect(textsOf(overviewTable(machine, 'accuracy'))).toEqual([
      ['cnn', '█▁', expect.stringMatching(/^9/), expect.stringMatching(/^4/), '▼ 0004aaaa'],
      ['svm', '▅·', expect.stringMatching(/^8/), expect.stringMatching(/^8/), ''],
    ]);
  });

  test('of one model have a row for each measurement', () => {
    const rows = textsOf(lineTable(machine, machine.lines[0]!));
    expect(rows.map((cells) => cells.slice(0, 2))).toEqual([
      ['0001aaaa', '2026-01-01'],
      ['0004aaaa', '2026-01-01'],
    ]);
    expect(rows.map((cells) => cells.at(-1))).toEqual(['', expect.stringMatching(/^▼ worse in 0001aaaa\.\./)]);
  });

  test('of values have a column for each commit, and mark steps', () => {
    const table = valuesTable(machine, 'accuracy');
    expect(table.columns.map(({ head }) => head)).toEqual(['model', '0001aaaa', '0004aaaa']);
    expect(textsOf(table).map((cells) => cells.at(-1))).toEqual([expect.stringMatching(/^▼ 4/), '']);
  });

  test('have a heading that says what was measured', () => {
    expect(placeText('b', machine)).toBe(
      'b on test-machine: 2 commits, 0001aaaa (2026-01-01) to 0004aaaa (2026-01-01)',
    );
    expect(placeText('b', history([fitAt(1)]).machines[0]!)).toBe('b on test-machine: 1 commit, 0001aaaa (2026-01-01)');
  });
});

describe('the sections of a history', () => {
  const markdown = (sections: ReturnType<typeof historySections>) =>
    toMarkdown(sections, { level: 3, chartPath: () => '' }).text;

  test('have steps, commands and every measurement in Markdown, and show hostile names as text', () => {
    const evil = '<img src=x>|`*a*`';
    const text = markdown(historySections(history([...dropped, fitAt(1, { model: evil }), fitAt(4, { model: evil })])));
    expect(text).toContain('--commit 0002aaaa --models cnn');
    expect(text).toMatch(/\| ▼ worse +\| cnn/);
    expect(text.match(/<details>/g)).toHaveLength(6);
    expect(text).not.toContain('<img');
    // Summaries are HTML, tables are Markdown.
    expect(text.replaceAll(/<summary>.*<\/summary>/g, '')).not.toMatch(/[^\\]\*a/);
    expect(markdown(historySections(history([fitAt(1)])))).toContain('No metric changed beyond chance.');
  });

  test('have the same heading in Markdown and in the terminal, one for each machine', () => {
    const sections = historySections(history([...dropped, fitAt(2, { machine: 'other' })]));
    const headings = sections.map(({ heading }) => heading);
    expect(headings).toHaveLength(2);
    const terminal = toTerminal(sections, { columns: 100, colour: false }).split('\n');
    for (const heading of headings) expect(terminal).toContain(heading);
    for (const heading of headings) expect(markdown(sections)).toContain(`### ${heading}\n`);
  });

  test('of one model show every measurement at once', () => {
    const text = toTerminal(historySections(history(dropped), { isOneModel: true }), { columns: 100, colour: false });
    expect(text).toMatch(/\ncnn, accuracy, %\ncommit +date +accuracy, %[\s\S]*\n0004aaaa +2026-01-01 +4/);
  });
});
