// What a running fit exchanges with the harness: progress, points of the learning curve, checkpoints.

/** How far a fit has come, for the progress line. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What is counted: `'epoch'`, `'iteration'`, `'tree'`, ... */
  readonly unit: string;
  /** Extra text for the progress line: `'loss 0.312'`. */
  readonly detail?: string;
}

/** One point of a learning curve. The harness adds the time. A value that was not measured is null. */
export interface EpochReport {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean training loss over the epoch. */
  readonly loss: number | null;
  /** Training accuracy over the epoch, 0 to 1. */
  readonly accuracy: number | null;
  readonly validationLoss: number | null;
  /** Validation accuracy after the epoch, 0 to 1. */
  readonly validationAccuracy: number | null;
}

/** Stores the state of a long fit, so that `--resume` can continue it. The harness keeps the learning curve itself. */
export interface Checkpoint {
  /**
   * Returns the state that an interrupted fit with the same code, parameters, seed and data saved last, if the user
   * passed `--resume`; otherwise null, and the fit starts from the beginning.
   */
  load(): Promise<unknown>;
  /**
   * Replaces the saved state. Making the state counts as training, waiting for the file does not. A full disk is not an
   * error.
   *
   * @param state returns any value that structured cloning can copy; it is called immediately and should cost little
   */
  save(state: () => unknown): Promise<void>;
}
