// A table of texts, which each output lays out in its own way.

/** A table whose first columns are names, the others numbers; cells are texts, not escaped. */
export interface PlainTable {
  readonly head: readonly string[];
  /** How many columns from the left hold names. */
  readonly names: number;
  /** How many columns from the right hold sentences, none unless told. */
  readonly words?: number;
  readonly lines: readonly (readonly string[])[];
}
