// The test images that records are about, wherever they are to be had.
import { cacheFolder } from '../base/cache.ts';
import type { FitRecord } from '../results/schema.ts';
import type { LabelledImages } from '../types.ts';
import { loadDataset } from './dataset.ts';
import { createImages } from './images.ts';
import { openTestPart } from './prepared.ts';

/**
 * Finds test images: in the cache, where a bench has left its split, or as the whole test part of a known data set,
 * fetched when it is not here.
 *
 * @param dataset as a record describes it
 * @returns null when they are not to be had: a folder's data set, or a part of the test images, once out of the cache
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
