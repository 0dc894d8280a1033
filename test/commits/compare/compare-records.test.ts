import { describe, expect, it } from 'vitest';
import { overviewText, shortChange, valuesText } from '../../../src/commits/compare/change-text.ts';
import { placeText } from '../../../src/commits/compare/diff-text.ts';
import { outcomeOf } from '../../../src/commits/compare/outcome.ts';
import { UNKNOWN_PROCESSOR_NOTE } from '../../../src/results/machine-identity.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { compare } from './diffs.ts';

const fitted = (commit: string, repeat: number, trainSeconds: number, accuracy = 0.9) => {
  const record = makeRecord({ commit: commit.repeat(40), repeat, accuracy, images: 400 });
  return { ...record, timing: { ...record.timing, trainSeconds } };
};

describe('repeats of a fit', () => {
  const before = [10, 11, 12, 13, 14].map((seconds, i) => fitted('a', i + 1, seconds));

  it('give a verdict on times when there are five before and after', () => {
    const after = before.map(({ repeat, timing }) => fitted('b', repeat, timing.trainSeconds / 2));
    const [model] = compare(before, after).models;
    expect(model!.metrics.find(({ metric }) => metric === 'fit-time')).toMatchObject({
      verdict: 'better',
      before: 12,
      after: 6,
      evidence: 'ratio 0.500, 5 and 5 runs, p = 0.00011',
    });
    const [fewer] = compare(before, after.slice(1)).models;
    expect(fewer!.metrics.find(({ metric }) => metric === 'fit-time')!.verdict).toBe('inconclusive');
  });

  it('count as one seed for metrics that are tested on images', () => {
    const after = before.map(({ repeat }) => fitted('b', repeat, 12, repeat === 1 ? 0.9 : 0.5));
    const [model] = compare(before, after).models;
    expect(model!.seeds).toEqual({ before: [0], after: [0] });
    expect(model!.metrics.find(({ metric }) => metric === 'accuracy')).toMatchObject({
      verdict: 'same',
      evidence: 'the same predictions',
    });
  });

  it('that predict other labels with the same seed are a caution', () => {
    const after = before.map(({ repeat }) => fitted('b', repeat, 12, repeat === 1 ? 0.9 : 0.5));
    expect(compare(before, before).cautions).not.toContainEqual(expect.stringContaining('the same seed'));
    expect(compare(before, after).cautions).toEqual([
      expect.stringMatching(/: cnn: fits of the same seed do not predict the same labels\.$/),
    ]);
  });

  it('leave a verdict where one failed and another finished, and name the failure', () => {
    const failed = makeFailedRecord({ commit: 'b'.repeat(40), repeat: 2, startedAt: '2026-03-01T00:00:00Z' });
    const diff = compare(before, [fitted('b', 1, 12), failed]);
    expect(diff.models[0]).toMatchObject({
      unfinishedSeeds: { before: [], after: [] },
      failures: { after: ['seed 0: loss is NaN after epoch 2'] },
    });
    expect(outcomeOf(diff, { failOn: ['accuracy'], allowMissing: false }).code).toBe(0);
    expect(compare(before, [failed]).models[0]!.unfinishedSeeds.after).toEqual([0]);
  });
});

describe('times', () => {
  const runs = (commit: string, trainSeconds: number, predictSeconds = 2) =>
    [1, 2, 3, 4, 5].map((repeat) => {
      const record = fitted(commit, repeat, trainSeconds * (1 + repeat / 1000));
      return { ...record, timing: { ...record.timing, predictSeconds } };
    });
  const without = ({ processor: _, ...machine }: FinishedRecord['machine']) => machine;
  const onProcessor = (record: FinishedRecord, processor?: FinishedRecord['machine']['processor']): FinishedRecord => ({
    ...record,
    machine: { ...without(record.machine), ...(processor && { processor }) },
  });
  const fitTime = ({ models }: ReturnType<typeof compare>) =>
    models[0]!.metrics.find(({ metric }) => metric === 'fit-time')!;

  it('of a lazy learner do not change by a fit of 1.5 ms instead of 0.04 ms', () => {
    const change = fitTime(compare(runs('a', 0.00004), runs('b', 0.0015)));
    expect(change).toMatchObject({
      verdict: 'same',
      evidence: 'every run takes less than 20 ms, which does not matter',
    });
    expect([overviewText(change), valuesText(change)]).toEqual(['= +1 ms', '<1 ms → 2 ms']);
    expect(shortChange(fitTime(compare(runs('a', 1), runs('b', 3))))).toBe('×3.00');
  });

  it('of two processors of one name are incomparable: one has AVX-512, the other has not', () => {
    const other = { family: 25, model: 1, stepping: 1, instructionSets: ['AVX2'] };
    const diff = compare(
      runs('a', 1),
      runs('b', 3).map((record) => onProcessor(record, other)),
    );
    expect(fitTime(diff)).toMatchObject({ verdict: 'incomparable', evidence: 'different processors' });
    expect(diff.models[0]!.differences.map(({ name }) => name)).toEqual(['processor', 'instruction sets']);
    expect(placeText(diff)).toBe(
      'fashion-mnist on test-machine: 1 model compared. Processors: Example CPU 3000, family 25 model 17 stepping 1, ' +
        'AVX-512, bf16; Example CPU 3000, family 25 model 1 stepping 1, AVX2.',
    );
  });

  it('of a record without its processor are not compared unless asked', () => {
    const old = runs('a', 1).map((record) => onProcessor(record));
    for (const after of [runs('b', 3), runs('b', 3).map((record) => onProcessor(record))]) {
      const diff = compare(old, after);
      expect(fitTime(diff)).toMatchObject({ verdict: 'incomparable', evidence: 'unknown processor' });
      expect(diff.cautions).toContain(UNKNOWN_PROCESSOR_NOTE);
      const asked = compare(old, after, { timesOfAnyMachine: true });
      expect(fitTime(asked)).toMatchObject({ verdict: 'worse' });
      expect(asked.cautions).not.toContain(UNKNOWN_PROCESSOR_NOTE);
    }
  });
});

describe('cautions of records', () => {
  it('are cautions of the comparison', () => {
    const doubtful = { ...fitted('b', 1, 12), cautions: ['The fit kept 3.8 cores busy, but was given 2 threads.'] };
    expect(compare([fitted('a', 1, 12)], [doubtful]).cautions).toEqual([
      expect.stringMatching(/: cnn, seed 0: The fit kept 3\.8 cores busy, but was given 2 threads\.$/),
    ]);
  });
});
