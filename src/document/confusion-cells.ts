// The cells of a confusion matrix on a page, or of the difference of two: the same with and without the page's script.
import { DEEP, depthPercent } from './matrix-depth.ts';

/** A cell as a page shows it. */
export interface ConfusionCell {
  readonly text: string;
  /** Details on hover. */
  readonly title: string;
  readonly className: string;
  /** Share of colour, in percent. */
  readonly depth: number;
}

/** A confusion matrix and whose it is. */
export interface NamedConfusion {
  readonly name: string;
  /** Rows are the true class, columns the predicted class. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * Makes the cells of a matrix.
 *
 * @param model the matrix to show
 * @param minus a matrix to subtract; undefined for none
 * @param asShares whether to show percentages of the row instead of images
 * @param classNames class i is named classNames[i]
 */
export function confusionCells(
  model: NamedConfusion,
  minus: NamedConfusion | undefined,
  asShares: boolean,
  classNames: readonly string[],
): ConfusionCell[][] {
  return model.confusion.map((row, truth) => {
    const other = minus?.confusion[truth];
    const support = sumOf(row);
    const [own, others] = [scale(row, asShares), other && scale(other, asShares)];
    return own.map((value, predicted) => {
      const share = support === 0 ? 0 : (row[predicted]! - (other?.[predicted] ?? 0)) / support;
      const text = write(others ? value - others[predicted]! : value, asShares, minus !== undefined);
      const isRight = truth === predicted;
      const isGood = minus ? isRight === share > 0 : isRight;
      // A difference is small compared with a whole row: its root makes one in a hundred visible.
      const depth = isRight && !minus ? Math.abs(share) : Math.sqrt(Math.abs(share));
      return {
        text,
        title: `${classNames[truth]} predicted as ${classNames[predicted]}: ${text || 0} ${asShares ? '% of the row' : 'images'}`,
        className: `${isGood ? 'good' : 'bad'}${depth > DEEP ? ' deep' : ''}`,
        depth: depthPercent(depth),
      };
    });
  });
}

/**
 * Says what a matrix shows.
 *
 * @param model the matrix shown
 * @param minus the matrix subtracted; undefined for none
 */
export function confusionCaption({ name }: NamedConfusion, minus: NamedConfusion | undefined): string {
  return minus
    ? `${name} minus ${minus.name}: blue where the first is better (more correct predictions, fewer mistakes), orange where it is worse.`
    : `${name}: rows are the true class, columns the predicted class.`;
}

function scale(row: readonly number[], asShares: boolean): number[] {
  const support = sumOf(row);
  return row.map((value) => (asShares ? (support === 0 ? 0 : (100 * value) / support) : value));
}

function write(value: number, asShares: boolean, isDifference: boolean): string {
  const rounded = asShares ? value.toFixed(1) : String(Math.round(value));
  if (Number(rounded) === 0) return '';
  return isDifference && value > 0 ? `+${rounded}` : rounded.replace('-', '−');
}

function sumOf(row: readonly number[]): number {
  return row.reduce((sum, value) => sum + value, 0);
}
