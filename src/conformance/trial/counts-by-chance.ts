// The number of labels that are right by chance, for a model that was fitted on shuffled labels.
import { type Random, shuffle } from '../../base/random.ts';

/**
 * Counts how many labels would be right if the classes had other names. A model that was fitted on shuffled labels does
 * not know the names of the classes, so the true names are one random renaming among all. A binomial interval would be
 * too narrow: a model that groups similar images gives all images of a class the same label, so they are right or wrong
 * together.
 *
 * @param labels predicted labels
 * @param truth true labels of the same images
 * @param classCount number of classes
 * @param renamings how many renamings are drawn
 * @param random source of the renamings
 * @returns one count per renaming, ascending
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
