// Tables with one row for each model: its name, then numbers.
import { type Block, type Cell, table } from '../../document/blocks.ts';

/** The cells of one model. */
export interface ModelLine {
  readonly name: string;
  readonly cells: readonly (string | Cell)[];
}

/**
 * Builds a table of models; one without lines is left out by `section`.
 *
 * @param heads names of the columns after the first
 * @param lines one for each model, as many cells as heads
 */
export function modelTable(heads: readonly string[], lines: readonly ModelLine[]): Block {
  return table(
    [{ head: 'model' }, ...heads.map((head) => ({ head }))],
    lines.map(({ name, cells }) => [name, ...cells]),
  );
}
