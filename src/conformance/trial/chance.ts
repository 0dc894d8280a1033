// How many labels are right by chance, for a model whose labels had no names to begin with.
import { type Random, shuffle } from '../../base/random.ts';

/**
 * Counts how many labels would be right if the classes had other names. A model that was fitted on shuffled labels
 * knows no names, so that the true ones are one renaming among all. A binomial interval would be too narrow: a model
 * that sees what images have in common answers alike for all of a class, right or wrong together.
 *
 * @param labels predicted
 * @param truth as many
 * @param renamings how many are drawn
 * @param random draws them
 * @returns the counts, ascending
 */
export function countsByChance(
  labels: Uint8Array,
  truth: Uint8Array,
  classCount: number,
  renamings: number,
  random: Random,
): Uint32Array {
  const confusion = Array.from({ length: classCount }, () => new Uint32Array(classCount));
  for (const [i, label] of truth.entries()) confusion[label]![labels[i]!]!++;
  const names = Uint32Array.from({ length: classCount }, (_, i) => i);
  return Uint32Array.from({ length: renamings }, () => {
    shuffle(names, random);
    return confusion.reduce((sum, row, label) => sum + row[names[label]!]!, 0);
  }).sort();
}
