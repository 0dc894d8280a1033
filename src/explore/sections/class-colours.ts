// The colours of the classes on the map.

/** Ten colours that stay apart, also for colour-blind eyes; further classes use them again. @see Tol, P. (2021). Colour schemes. */
export const CLASS_COLOURS: readonly string[] = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#ee7733',
  '#009988',
  '#999933',
  '#bb5566',
];
