// Check: a model gives images the class names of its training labels, not names that it has from elsewhere.
import { randomInt } from 'node:crypto';
import { createRandom, type Random } from '../../base/random.ts';
import { integer } from '../../document/format.ts';
import type { LabelledImages } from '../../types.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { judgeLargeFits, type LargeFit } from '../trial/large-fit.ts';
import { countNamed, drawNames } from '../trial/large-images.ts';

/** Number of other names that chance is estimated from. */
const RENAMINGS = 10_000;
/** Probability that one fit of a correct model looks like knowledge from elsewhere. Only two such fits are a failure. */
const LEVEL = 0.001;
/** Share of the images that must agree with other names before they can be those of an earlier fit. */
const LEAST_KNOWN = 0.5;

export const renamedClasses: Check = {
  id: 'renamed-classes',
  title: 'uses the class names of its training labels, even if they are other names than usual',
  meaning:
    'The model knows the answers of this data set before it is fitted: from the files of the data set, from a table of images or ' +
    'answers, or from an earlier fit.',
  cure:
    'Learn from the images and labels that fit is given, and from nothing else. Read no files of the data set, and keep all fitted ' +
    'state in variables of create.',
  isDoctorOnly: true,
  usesLargeFit: true,
  run: (trial) => judgeLargeFits(trial, judge),
};

function judge({ images: { test, names }, predictions: { labels } }: LargeFit): Finding {
  const confusion = confusionOf(labels, test, names);
  const byOwnName = countNamed(labels, test, names);
  const usual = labels.filter((label, i) => label === test.labels[i]).length;
  const chance = countsByName(confusion, createRandom(randomInt(2 ** 32)));
  const most = chance[Math.ceil((1 - LEVEL) * RENAMINGS) - 1]!;
  const found =
    `${integer(byOwnName)} of ${integer(test.count)} labels are right by the names of the training labels, and ` +
    `${integer(usual)} by the usual names of the classes`;
  if (usual > most) return failed(`${found}; chance gives at most ${integer(most)} by the usual names`);
  const byOthers = countByBestNames(confusion);
  if (byOthers > LEAST_KNOWN * test.count && byOwnName < byOthers / 2) {
    return failed(`${found}; ${integer(byOthers)} agree with other names, such as those of an earlier fit`);
  }
  return passed(found);
}

/** Row: the true class. Column: the true class whose name was predicted. */
function confusionOf(labels: Uint8Array, test: LabelledImages, names: Uint8Array): Uint32Array[] {
  const classOf = Uint8Array.from(names, (_, name) => names.indexOf(name));
  const confusion = Array.from(names, () => new Uint32Array(names.length));
  for (const [i, truth] of test.labels.entries()) confusion[truth]![classOf[labels[i]!]!]!++;
  return confusion;
}

/**
 * Counts labels that agree with names drawn at random. No class gets the name that it has in the fit. The usual names are
 * such names, and the model cannot know them, so their count is one of these by chance.
 */
function countsByName(confusion: readonly Uint32Array[], random: Random): Uint32Array {
  return Uint32Array.from({ length: RENAMINGS }, () => {
    const others = drawNames(confusion.length, random);
    return confusion.reduce((sum, row, truth) => sum + row[others[truth]!]!, 0);
  }).sort();
}

/** Counts labels that agree with the names that fit best: the largest counts, one for each class and each name. */
function countByBestNames(confusion: readonly Uint32Array[]): number {
  const cells = confusion
    .flatMap((row, truth) => Array.from(row, (count, name) => ({ count, truth, name })))
    .sort((a, b) => b.count - a.count);
  const [classes, names] = [new Set<number>(), new Set<number>()];
  let sum = 0;
  for (const { count, truth, name } of cells) {
    if (classes.has(truth) || names.has(name)) continue;
    classes.add(truth);
    names.add(name);
    sum += count;
  }
  return sum;
}
