// The callbacks of a fit context for fits that nobody watches.

/** Callbacks that do nothing but run the work that they are given: to be spread into a `FitContext`. */
export const quietFitEvents = {
  progress: (): void => {},
  epoch: (): void => {},
  evaluating: <T>(work: () => Promise<T>): Promise<T> => work(),
};
