/** A p-value below this is significant: at most this share of tests of equal things says that they differ. */
export const SIGNIFICANCE_LEVEL = 0.05;
