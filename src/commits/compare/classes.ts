// Compares two predictions of the same images by class, by kind of mistake and image by image.
import { holm } from '../../stats/holm.ts';
import { mcnemar } from '../../stats/mcnemar.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import type { CellChange, ClassChange, Flip } from './diff-data.ts';

/** Two predictions of the same n images: class indices. */
export interface PairedLabels {
  /** The true classes. */
  readonly truth: Uint8Array;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * Compares how many images of each class are predicted correctly.
 *
 * @param labels n class indices each
 * @param classNames of all classes; a class without images is left out
 */
export function compareClasses({ truth, before, after }: PairedLabels, classNames: readonly string[]): ClassChange[] {
  const rows = classNames
    .map((name, label) => ({ name, label, images: 0, before: 0, after: 0, fixed: 0, broke: 0 }))
    .map((row) => {
      for (const [i, label] of truth.entries()) {
        if (label !== row.label) continue;
        const [was, is] = [before[i] === label, after[i] === label];
        row.images++;
        if (was) row.before++;
        if (is) row.after++;
        if (is && !was) row.fixed++;
        if (was && !is) row.broke++;
      }
      return row;
    })
    .filter(({ images }) => images > 0);
  const adjusted = holm(rows.map(({ fixed, broke }) => mcnemar(fixed, broke)));
  return rows.map(({ name, images, fixed, broke, ...right }, i) => ({
    name,
    before: right.before / images,
    after: right.after / images,
    fixed,
    broke,
    p: adjusted[i]!,
  }));
}

/**
 * Computes the signed change of the confusion matrix.
 *
 * @returns classes x classes, after minus before; rows are the truth
 */
export function confusionChange({ truth, before, after }: PairedLabels, classCount: number): number[][] {
  const change = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (const [i, label] of truth.entries()) {
    change[label]![before[i]!]!--;
    change[label]![after[i]!]!++;
  }
  return change;
}

/**
 * Finds the cells of the confusion matrix that changed beyond chance. McNemar's exact test compares the images that came to
 * a cell with those that left it; p-values are adjusted for all cells that gained or lost an image (Holm).
 *
 * @param labels n class indices each
 * @param classNames of all classes
 * @returns the largest changes first
 */
export function changedCells({ truth, before, after }: PairedLabels, classNames: readonly string[]): CellChange[] {
  const classCount = classNames.length;
  const cells = Array.from({ length: classCount ** 2 }, () => ({ before: 0, after: 0, came: 0, left: 0 }));
  for (const [i, label] of truth.entries()) {
    const [from, to] = [cells[label * classCount + before[i]!]!, cells[label * classCount + after[i]!]!];
    from.before++;
    to.after++;
    if (from === to) continue;
    from.left++;
    to.came++;
  }
  const moved = cells.map((cell, at) => ({ ...cell, at })).filter(({ came, left }) => came + left > 0);
  const adjusted = holm(moved.map(({ came, left }) => mcnemar(came, left)));
  return moved
    .map(({ at, ...cell }, i) => ({
      truth: classNames[Math.floor(at / classCount)]!,
      predicted: classNames[at % classCount]!,
      before: cell.before,
      after: cell.after,
      p: adjusted[i]!,
    }))
    .filter(({ p }) => p < SIGNIFICANCE_LEVEL)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

/**
 * Lists the images that exactly one prediction has right: those that broke, then those that were fixed.
 *
 * @param labels n class indices each
 */
export function flips({ truth, before, after }: PairedLabels): Flip[] {
  const all = [...truth].map((label, image) => ({ image, truth: label, before: before[image]!, after: after[image]! }));
  const broke = all.filter((flip) => flip.before === flip.truth && flip.after !== flip.truth);
  const fixed = all.filter((flip) => flip.before !== flip.truth && flip.after === flip.truth);
  return [...broke, ...fixed];
}
