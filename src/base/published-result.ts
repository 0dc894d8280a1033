// A published accuracy that reports show next to ours.

/** A result that a paper or write-up published for a data set. */
export interface PublishedResult {
  /** Our model that follows the recipe; null when there is none (a human, a method that is not in the list). */
  readonly modelId: string | null;
  /** The data set's name as in records. */
  readonly dataset: string;
  /** What was measured: `'SVC, C = 10, RBF kernel'`. */
  readonly recipe: string;
  /** Test accuracy, 0 to 1. */
  readonly accuracy: number;
  /** Images it was trained on, validation images included. */
  readonly trainImages: number;
  /** The accuracy as it was published: `'90.73 %'`, `'87-89 %'`. */
  readonly asPublished: string;
  /** Where it was published. */
  readonly source: string;
  readonly url?: string;
}
