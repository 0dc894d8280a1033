import { expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import type { HeadlineRequest } from '../../../src/report/model/headline-rows.ts';
import { type ReadmeTableOptions, replaceBetweenMarks, resultsTable } from '../../../src/report/render/readme-table.ts';
import type { FinishedRecord, FitRecord } from '../../../src/results/schema.ts';
import { makeComparison, makeFailedRecord, type RecordShape } from '../../fixtures/records.ts';
import { hostileParts, hostileRecords } from '../hostile.ts';
import { makeSide } from '../parts.ts';

const request = (modelId: string, library: string): HeadlineRequest => ({
  modelId,
  referenceId: `${modelId}-${library}`,
  command: `npm run references -- --models ${modelId} --libraries ${library} --rounds 2`,
});
const options: ReadmeTableOptions = {
  rows: [request('knn', 'scikit-learn'), request('svm', 'scikit-learn'), request('mlp', 'keras')],
  command: 'npm run bench -- --benchmark headline',
};

/** Makes our record and the reference's: two rounds, fit plus predict of 3 and 5 s for ours, 6 and 20 s for the reference. */
function makePair({ modelId, referenceId, command }: HeadlineRequest, shape: RecordShape = {}): FinishedRecord[] {
  const rounds = (fit: string, predict: string) => ({
    rounds: 2,
    fitSecondsOfRounds: fit,
    predictSecondsOfRounds: predict,
  });
  const benchmark = 'references';
  return [
    makeSide(modelId, [0], { ...shape, benchmark, notes: rounds('1 2', '2 3') }),
    makeSide(referenceId, [0], { ...shape, benchmark, referenceOf: modelId, notes: rounds('4 8', '2 12') }),
  ].map((record) => ({ ...record, command: `${command} --threads 2` }));
}

function tableOf(records: readonly FitRecord[], more: Partial<ReadmeTableOptions> = {}): string {
  return resultsTable(buildReport(records), records, { ...options, ...more });
}

const [knn, svm] = options.rows as [HeadlineRequest, HeadlineRequest];

test('shows each model with its reference, the most accurate first, and the conditions', () => {
  const records = [...makePair(knn, { accuracy: 0.8 }), ...makePair(svm)];
  // Ours over the reference's is 3 / 6 and 5 / 20: the median is 0.375, which is 2.7 times faster.
  expect(tableOf(records)).toMatchInlineSnapshot(`
    "| model | accuracy, % | fit | reference implementation | its fit | times faster (fit + predict) |
    | :- | -: | -: | :- | -: | -: |
    | svm | 88.50 ± 4.44 | 1.50 s | engine of svm-scikit-learn | 6.00 s | 2.7 |
    | knn | 80.50 ± 5.47 | 1.50 s | engine of knn-scikit-learn | 6.00 s | 2.7 |

    fashion-mnist, 55,000 images to fit, 200 to test; each model alternating with its reference, median of 2 rounds; ± is half of the 95 % interval over test images (Wilson); Example CPU 3000, family 25 model 17 stepping 1, AVX-512, bf16 (8 cores, 17.2 GB), cpu; 2026-01-02, commit 01234567; measured by \`npm run bench -- --benchmark headline\`."
  `);
});

test('marks a model whose code has changed, and only that', () => {
  const records = [...makePair(knn), ...makePair(svm)];
  const table = tableOf(records, { isCurrent: ({ model }) => model.id !== 'knn' });
  expect(table).toMatch(/^\| knn \(1\)/m);
  expect(table).toMatch(/^\| svm +\|/m);
  expect(table).toContain("(1) measured at an earlier version of the model's code.");
  expect(tableOf(records)).not.toContain('(1)');
});

test('marks a row of another commit than the newest row', () => {
  const older = makePair(knn, { commit: 'a'.repeat(40), startedAt: '2026-01-01T00:00:00Z' });
  const table = tableOf([...older, ...makePair(svm, { startedAt: '2026-01-03T00:00:00Z' })]);
  expect(table).toMatch(/^\| knn \(1\)/m);
  expect(table).toContain('(1) measured at commit aaaaaaaa.');
  expect(table).toContain('2026-01-01 to 2026-01-03');
});

test('marks a row that another command measured, and prefers the records of the command', () => {
  const other = makePair(
    { ...knn, command: 'npm run references -- --models knn --rounds 5' },
    {
      startedAt: '2026-01-09T00:00:00Z',
    },
  );
  expect(tableOf(other)).toContain('(1) measured by `npm run references -- --models knn --rounds 5 --threads 2`.');
  expect(tableOf([...other, ...makePair(knn)])).not.toContain('(1)');
});

test('leaves out fits on fewer images or with other parameters', () => {
  const quick = makePair({ ...knn, command: `${knn.command} --set knn.k=7` });
  expect(tableOf([...quick, ...makePair(svm)])).not.toContain('knn');
});

test('has no ratio when the two were not measured in one run, and says why', () => {
  const [ours, reference] = makePair(knn) as [FinishedRecord, FinishedRecord];
  const table = tableOf([ours, { ...reference, command: 'npm run references -- --models knn' }]);
  expect(table).toMatch(/^\| knn \([^)]+\) .*\| +n\/a \|$/m);
  expect(table).toContain('there is no ratio');
});

test('names a failure in place of numbers', () => {
  const [ours, reference] = makePair(knn) as [FinishedRecord, FinishedRecord];
  const failed = makeFailedRecord({ model: 'knn-scikit-learn', kind: 'traditional' });
  const { benchmark, command, model } = reference;
  const table = tableOf([
    ours,
    { ...failed, benchmark, command, model: { ...model, notes: {}, parameterCount: null } },
  ]);
  expect(table).toMatch(/^\| knn .*\| +failed \| +n\/a \|$/m);
});

test('shows the models of the largest comparison when no reference was measured', () => {
  expect(tableOf(makeComparison())).toMatchInlineSnapshot(`
    "| model               |  accuracy, % |        fit | predict |
    | :------------------ | -----------: | ---------: | ------: |
    | mlp                 | 91.50 ± 3.91 |     40.0 s |  250 ms |
    | random-forest       | 91.00 ± 4.00 |     60.0 s |  250 ms |
    | cnn                 | 90.00 ± 4.19 | 6 min 40 s |  250 ms |
    | svm                 | 88.50 ± 4.44 | 5 min 00 s |  20.0 s |
    | logistic-regression | 84.50 ± 5.01 |     8.00 s |  250 ms |
    | knn                 | 83.50 ± 5.13 |      50 ms |  6.00 s |
    | majority (baseline) | 10.00 ± 4.19 |      10 ms |  250 ms |
    | resnet              |       failed |            |         |

    ± is half of the 95 % interval over seeds and test images. Predict: all 200 test images. Fitted on 55,000 images of fashion-mnist, 5,000 held out for validation, tested on 200; Example CPU 3000, family 25 model 17 stepping 1, AVX-512, bf16 (8 cores, 17.2 GB)."
  `);
});

test('refuses records without a comparison', () => {
  const records = makeComparison().map((record) => ({ ...record, benchmark: 'scaling' }));
  expect(() => tableOf(records)).toThrow(/no table of results: .* \(npm run bench measures one\)/);
});

test('hostile records cannot end the marked part', () => {
  for (const records of [hostileRecords(), hostileParts()]) {
    const ids = records.filter(({ model }) => model.role === 'reference').map(({ model }) => model);
    const rows = ids.map(({ id, referenceOf }) => ({ modelId: referenceOf!, referenceId: id, command: '<!-- x -->' }));
    const text = resultsTable(buildReport(records), records, { ...options, rows });
    // Code spans show their text as it is; nothing else may open a comment.
    expect(text.replaceAll(/`+[^`]*`+/g, '')).not.toContain('<!--');
    expect(replaceBetweenMarks('a\n<!-- results:start --><!-- results:end -->\nb', text)).toMatch(/\nb$/);
  }
});

test('what is between the marks is replaced, the rest is kept', () => {
  const readme = '# T\n<!-- results:start -->\nold\n<!-- results:end -->\nrest $& $1';
  const once = replaceBetweenMarks(readme, 'new $& text');
  expect(once).toBe('# T\n<!-- results:start -->\nnew $& text\n<!-- results:end -->\nrest $& $1');
  expect(replaceBetweenMarks(once, 'new $& text')).toBe(once);
});

test.each([
  'no marks',
  '<!-- results:start --> only a start',
  '<!-- results:end --> the wrong way round <!-- results:start -->',
  '<!-- results:start --><!-- results:end --><!-- results:start --><!-- results:end -->',
])('a file without one clear place is refused: %s', (readme) => {
  expect(() => replaceBetweenMarks(readme, 'x', 'A.md')).toThrow(UserError);
  expect(() => replaceBetweenMarks(readme, 'x', 'A.md')).toThrow(/no place for the results in A\.md/);
});
