import { expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { replaceBetweenMarks, resultsTable } from '../../../src/report/render/readme-table.ts';
import { makeComparison } from '../../fixtures/records.ts';
import { hostileRecords } from '../hostile.ts';

const now = new Date('2026-02-03T04:05:06Z');
const base = { dataset: 'fashion-mnist', trainImages: 60_000 };
const published = [
  {
    ...base,
    modelId: 'svm',
    recipe: 'SVC',
    accuracy: 0.897,
    asPublished: '89.7 %',
    source: 'A paper',
    url: 'https://example.org/a',
  },
  { ...base, modelId: 'svm', recipe: 'SVC', accuracy: 0.88, asPublished: '88 %', source: 'a post' },
  {
    ...base,
    modelId: null,
    recipe: 'human',
    accuracy: 0.835,
    asPublished: '83.5 %',
    source: 'A paper',
    url: 'https://example.org/a',
  },
];

test('the results table has the floor, the failures and the printed results', () => {
  expect(resultsTable(buildReport(makeComparison(), { now, published }))).toMatchInlineSnapshot(`
    "| model               |  accuracy, % |        fit | predict | printed elsewhere    |
    | :------------------ | -----------: | ---------: | ------: | :------------------- |
    | mlp                 | 91.50 ± 3.91 |     40.0 s |  250 ms |                      |
    | random-forest       | 91.00 ± 4.00 |     60.0 s |  250 ms |                      |
    | cnn                 | 90.00 ± 4.19 | 6 min 40 s |  250 ms |                      |
    | svm                 | 88.50 ± 4.44 | 5 min 00 s |  20.0 s | 89.7 % (1), 88 % (2) |
    | logistic-regression | 84.50 ± 5.01 |     8.00 s |  250 ms |                      |
    | knn                 | 83.50 ± 5.13 |      50 ms |  6.00 s |                      |
    | majority, the floor | 10.00 ± 4.19 |      10 ms |  250 ms |                      |
    | resnet              |       failed |            |         |                      |
    | human               |              |            |         | 83.5 % (1)           |

    ± is half of the 95 % interval (Wilson). Predict: all 200 test images. Fitted on 55,000 images of fashion-mnist, 5,000 held out for validation, tested on 200; Example CPU 3000 (8 cores, 17.2 GB).

    Printed elsewhere: (1) [A paper](<https://example.org/a>); (2) a post."
  `);
});

test('hostile records cannot end the marked part', () => {
  const text = resultsTable(buildReport(hostileRecords(), { now }));
  expect(text).not.toContain('<!--');
  expect(replaceBetweenMarks('a\n<!-- results:start --><!-- results:end -->\nb', text)).toMatch(/\nb$/);
});

test('what stands between the marks is replaced, the rest is kept', () => {
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
