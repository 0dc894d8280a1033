// The depth of colour of a matrix cell, limited so that the number in it can be read.

/** Above this share of the deepest value, numbers are white. */
export const DEEP = 0.75;
/** The least colour, in percent, on which white text has a contrast of 4.5 in both themes. */
const LEAST_DEEP_PERCENT = 97;
/** The most colour, in percent, on which dark text is easy to read. */
const MOST_PALE_PERCENT = 60;

/**
 * Gives the share of colour in a cell. Shares on which neither white nor dark text is easy to read are left out.
 *
 * @param depth share of the deepest value, 0 or more
 * @returns whole percent
 */
export function depthPercent(depth: number): number {
  if (depth <= DEEP) return Math.round((MOST_PALE_PERCENT / DEEP) * depth);
  const beyond = (Math.min(1, depth) - DEEP) / (1 - DEEP);
  return Math.round(LEAST_DEEP_PERCENT + (100 - LEAST_DEEP_PERCENT) * beyond);
}
