import { describe, expect, test } from 'vitest';
import { numbersOf, verdictText } from '../../../src/commits/measure/rerun-text.ts';
import { compareRerun } from '../../../src/commits/measure/rerun-verdict.ts';
import { decodeLabels, encodeLabels } from '../../../src/results/encode.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import type { LabelledImages } from '../../../src/types.ts';
import { makeFailedRecord, makeRecord, makeTruth } from '../../fixtures/records.ts';

const IMAGES = 400;
const test400 = { count: IMAGES, labels: makeTruth(IMAGES) } as LabelledImages;
const then = makeRecord({ images: IMAGES, accuracy: 0.8 });

/** The same record, with its first `count` right predictions made wrong. */
function spoilt(count: number): FinishedRecord {
  const [labels, truth] = [decodeLabels(then.predictions), makeTruth(IMAGES)];
  let left = count;
  const changed = labels.map((label, i) => (label === truth[i] && left-- > 0 ? (label + 1) % 10 : label));
  const accuracy = changed.filter((label, i) => label === truth[i]).length / IMAGES;
  return { ...then, predictions: encodeLabels(changed), metrics: { ...then.metrics, accuracy } };
}

function withEngine(record: FinishedRecord, engine: Partial<FinishedRecord['software']['engine']>): FinishedRecord {
  const { software } = record;
  return { ...record, software: { ...software, engine: { ...software.engine, ...engine } } };
}

/** The same record of another processor of that name; nothing for one that is not known. */
function withProcessor(record: FinishedRecord, processor?: FinishedRecord['machine']['processor']): FinishedRecord {
  const { processor: _, ...machine } = record.machine;
  return { ...record, machine: { ...machine, ...(processor && { processor }) } };
}

/** The same record, fitted with another number of threads: its bits may differ. */
const withThreads = (record: FinishedRecord, threads: number) => withEngine(record, { threads });

describe('a repeated fit', () => {
  test('is bit-equal if predictions and confidence are the same bytes', () => {
    const result = compareRerun(then, { ...then, startedAt: '2027-01-01T00:00:00Z' }, null);
    expect(result).toMatchObject({ verdict: 'bit-equal', images: { count: IMAGES, changed: 0 }, differences: [] });
    expect(verdictText(result)).toBe('bit-equal: predictions and confidence are the same bytes');
    const silent = { ...then, confidence: null };
    expect(verdictText(compareRerun(silent, silent, null))).toBe('bit-equal: predictions are the same bytes');
  });

  test('is different with one label more or less, or another confidence, if nothing differs that bits depend on', () => {
    const confident = { ...then, confidence: makeRecord({ images: IMAGES, seed: 5 }).confidence };
    for (const other of [spoilt(1), confident]) {
      for (const images of [test400, null]) {
        const result = compareRerun(then, other, images);
        expect(result).toMatchObject({ verdict: 'different', bitDifferences: [] });
        expect(verdictText(result)).toContain(
          'different: nothing differs that the bits depend on, so predictions and confidence must be the same bytes; ',
        );
      }
    }
  });

  test('is as strict on another machine of the same kind, and after an update of the kernel', () => {
    const { machine } = then;
    const elsewhere = { ...spoilt(1), machine: { ...machine, id: 'other', os: 'linux 6.2.1 x64' } };
    const result = compareRerun(then, elsewhere, test400);
    expect(result).toMatchObject({ verdict: 'different', bitDifferences: [] });
    expect(result.differences.map(({ name }) => name)).toEqual(['machine', 'operating system']);
  });

  test('is within its interval if only the confidence differs, with another number of threads', () => {
    const other = { ...withThreads(then, 1), confidence: makeRecord({ images: IMAGES, seed: 5 }).confidence };
    const result = compareRerun(then, other, test400);
    expect(result).toMatchObject({ verdict: 'within its interval', images: { changed: 0, fixed: 0, broke: 0, p: 1 } });
  });

  test.each<[string, (record: FinishedRecord) => FinishedRecord]>([
    ['threads', (one) => withThreads(one, 1)],
    [
      'instruction sets',
      (one) => withProcessor(one, { family: 25, model: 17, stepping: 1, instructionSets: ['AVX2'] }),
    ],
    ['processor', (one) => withProcessor(one, { ...one.machine.processor, model: 1 })],
    ['processor', (one) => withProcessor(one, { instructionSets: ['AVX-512', 'bf16'] })],
    ['engine', (one) => withEngine(one, { version: '2.22.0' })],
    ['TF_ENABLE_ONEDNN_OPTS', (one) => withEngine(one, { settings: { TF_ENABLE_ONEDNN_OPTS: '0' } })],
    ['Node', (one) => ({ ...one, software: { ...one.software, node: '22.0.0' } })],
    ['code of the model', (one) => ({ ...one, model: { ...one.model, sourceHash: 'f'.repeat(64) } })],
    ['operating system', (one) => ({ ...one, machine: { ...one.machine, os: 'Debian 13, Linux 6.1.0 x64' } })],
  ])('names what its bits depend on: %s', (name, change) => {
    const result = compareRerun(then, change(spoilt(1)), test400);
    expect(result).toMatchObject({ verdict: 'within its interval', bitDifferences: [{ name }] });
    expect(verdictText(result)).toMatch(new RegExp(`; the bits may depend on what differs: ${name}$`));
  });

  test('names the processor where neither record knows it: machines of one name have several', () => {
    const result = compareRerun(withProcessor(then), withProcessor(spoilt(1)), test400);
    const unknown = 'Example CPU 3000, family unknown';
    expect(result).toMatchObject({
      verdict: 'within its interval',
      differences: [],
      bitDifferences: [{ name: 'processor', before: unknown, after: unknown }],
    });
    expect(result.times.map(({ ratio }) => ratio)).toEqual([null, null, null]);
  });

  test('has no ratio of times from another processor of the same name', () => {
    const times = (machine: FinishedRecord) => compareRerun(then, machine, null).times.map(({ ratio }) => ratio);
    expect(times(then)).toEqual([1, 1, 1]);
    expect(times(withProcessor(then, { family: 25, model: 1 }))).toEqual([null, null, null]);
    expect(times(withProcessor(then))).toEqual([null, null, null]);
  });

  test('on a GPU is judged by its accuracy, because CUDA does not fix the order of sums', () => {
    const result = compareRerun(withEngine(then, { device: 'gpu' }), withEngine(spoilt(1), { device: 'gpu' }), test400);
    expect(result).toMatchObject({ verdict: 'within its interval', bitDifferences: [] });
  });

  test('is judged by a McNemar test with the test images: 6 broken images are significant, 5 are not', () => {
    // Two-sided binomial: 2 / 2^5 = 0.0625 and 2 / 2^6 = 0.03125.
    const five = compareRerun(then, withThreads(spoilt(5), 1), test400);
    expect(five).toMatchObject({
      verdict: 'within its interval',
      images: { changed: 5, fixed: 0, broke: 5, p: expect.closeTo(0.0625) },
    });
    expect(verdictText(five)).toBe(
      'within its interval: the accuracies do not differ significantly; ' +
        '5 of 400 images have another prediction, fixed 0, broke 5, p = 0.063; the bits may depend on what differs: threads',
    );
    expect(compareRerun(then, withThreads(spoilt(6), 1), test400)).toMatchObject({
      verdict: 'different',
      images: { p: expect.closeTo(0.03125) },
    });
  });

  test('is judged by the interval of the first accuracy without the test images', () => {
    expect(compareRerun(then, withThreads(spoilt(6), 1), null)).toMatchObject({
      verdict: 'within its interval',
      images: { p: null },
    });
    const far = compareRerun(then, withThreads(spoilt(30), 1), null);
    expect(far).toMatchObject({ verdict: 'different', images: { changed: 30, fixed: null } });
    expect(verdictText(far)).toMatch(/^different: the second accuracy is outside the interval of the first/);
  });

  test('is different on other images, whatever the predictions', () => {
    const other = { ...then, dataset: { ...then.dataset, splitHash: 'f'.repeat(64) } };
    const result = compareRerun(then, other, test400);
    expect(result).toMatchObject({ verdict: 'different', images: null });
    expect(result.differences.map(({ name }) => name)).toEqual(['split']);
  });
});

describe('a fit that failed', () => {
  const failed = makeFailedRecord();

  test('fails alike for the same reason', () => {
    const result = compareRerun(failed, failed, null);
    expect(result).toMatchObject({ verdict: 'fails alike', images: null, times: [] });
    expect(verdictText(result)).toBe('fails alike: failed: loss is NaN after epoch 2');
    const limit = (seconds: number) =>
      makeFailedRecord(
        {},
        { status: 'timed-out', error: { kind: 'timeout', message: `after ${seconds} s`, stack: null } },
      );
    expect(compareRerun(limit(5), limit(6), null).verdict).toBe('fails alike');
  });

  test('is different if it fails for another reason, or only once', () => {
    const other = { ...failed, error: { ...failed.error, message: 'out of memory' } };
    expect(verdictText(compareRerun(failed, other, null))).toBe(
      'different: then failed: loss is NaN after epoch 2; now failed: out of memory',
    );
    expect(compareRerun(failed, then, null).verdict).toBe('different');
    expect(compareRerun(then, failed, null).verdict).toBe('different');
    expect(numbersOf(compareRerun(then, failed, null), then, failed)).toEqual([]);
  });
});

describe('times', () => {
  const slower = { ...then, timing: { ...then.timing, trainSeconds: 2 * then.timing.trainSeconds } };

  test('are shown side by side with their ratio', () => {
    const result = compareRerun(then, slower, null);
    expect(result.times[0]).toEqual({ part: 'fit', thenSeconds: 12.5, nowSeconds: 25, ratio: 2 });
    expect(numbersOf(result, then, slower)[1]).toEqual(['fit', '12.5 s', '25.0 s', '×2.00']);
  });

  test('of another machine or device have no ratio, nor does a time of zero', () => {
    const elsewhere = { ...slower, machine: { ...then.machine, id: 'other' } };
    expect(compareRerun(then, elsewhere, null).times.map(({ ratio }) => ratio)).toEqual([null, null, null]);
    const { software } = then;
    const onGpu = { ...slower, software: { ...software, engine: { ...software.engine, device: 'gpu' as const } } };
    expect(compareRerun(then, onGpu, null).times[0]!.ratio).toBeNull();
    const nothing = { ...then, timing: { ...then.timing, trainSeconds: 0 } };
    expect(numbersOf(compareRerun(nothing, then, null), nothing, then)[1]).toEqual(['fit', '<1 ms', '12.5 s', '']);
  });
});
