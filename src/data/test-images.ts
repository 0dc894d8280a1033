// Finds the test images that a record refers to.
import { cacheFolder } from '../base/cache.ts';
import type { FitRecord } from '../results/schema.ts';
import type { LabelledImages } from '../types.ts';
import { loadDataset } from './dataset.ts';
import { createImages } from './images.ts';
import { openTestPart } from './prepared.ts';

/**
 * Finds the test images of a record: the prepared split in the cache, or the whole test part of a known data set, which is
 * downloaded if necessary.
 *
 * @param dataset the `dataset` field of a record
 * @returns null if the images are not available: the data set is a folder, or the record used only a part of the test
 *   images, and the prepared split is no longer in the cache
 */
export async function findTestImages({
  name,
  files,
  splitHash,
  shape,
  test,
}: FitRecord['dataset']): Promise<LabelledImages | null> {
  const prepared = await openTestPart(cacheFolder('splits', splitHash), shape, test).catch(() => null);
  if (prepared) return prepared;
  const dataset = await loadDataset(name).catch(() => null);
  if (!dataset || dataset.test.labels.length !== test) return null;
  const isSame = Object.entries(files).every(([file, sha256]) => dataset.files[file] === sha256);
  return isSame ? createImages(dataset.test.bytes, dataset.test.labels, dataset.shape) : null;
}

/**
 * Finds the test images of records.
 *
 * @param records of any data sets
 * @returns test images by the hash of their split, without those that are not available
 */
export async function testImagesBySplit(records: readonly FitRecord[]): Promise<Map<string, LabelledImages>> {
  const datasets = new Map(records.map(({ dataset }) => [dataset.splitHash, dataset]));
  const tests = new Map<string, LabelledImages>();
  for (const [splitHash, dataset] of datasets) {
    const test = await findTestImages(dataset);
    if (test) tests.set(splitHash, test);
  }
  return tests;
}
