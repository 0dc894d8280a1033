// The significance level of every test in reports and comparisons.

/** Differences with an adjusted p-value below this are significant. */
export const SIGNIFICANCE_LEVEL = 0.05;
