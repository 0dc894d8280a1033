// The truth of a record's predictions: which test images a split has, and their labels.
import { UserError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { splitDataset } from '../data/split.ts';
import type { FitRecord } from '../results/schema.ts';
import { makeTable, type Table } from './table.ts';

/**
 * Makes the table of a split's test images, in the order of a record's `predictions`: `position` in the predictions,
 * `testIndex` in the data set's test images, both from 0, `label` and `className`. The split is made again, so that parts
 * of the test images are known too.
 *
 * @param facts the `dataset` field of a record of that split
 * @param dataset the data set that the record names
 * @throws UserError when the data set's files are others, so that another split comes out
 */
export function testLabels(facts: FitRecord['dataset'], dataset: Dataset): Table {
  const { splitHash, train, validation, test } = facts;
  // A limit of as many images as there are changes nothing.
  const split = splitDataset(dataset, { validation, limit: train, testLimit: test });
  if (split.splitHash !== splitHash) {
    const changed = Object.keys(facts.files).filter((file) => facts.files[file] !== dataset.files[file]);
    const cause = changed.length > 0 ? `; these files differ: ${changed.join(', ')}` : '';
    throw new UserError(
      `cannot make the split ${splitHash} again: ${dataset.name} gives ${split.splitHash}${cause}. ` +
        'Name the data that the record was measured on with --dataset',
    );
  }
  const rows = Array.from(split.test, (testIndex, position) => ({
    position,
    testIndex,
    label: dataset.test.labels[testIndex]!,
  }));
  return makeTable(
    [
      { name: 'position', type: 'integer', of: ({ position }) => position },
      { name: 'testIndex', type: 'integer', of: ({ testIndex }) => testIndex },
      { name: 'label', type: 'integer', of: ({ label }) => label },
      { name: 'className', type: 'text', of: ({ label }) => dataset.classNames[label] ?? String(label) },
    ],
    rows,
  );
}
