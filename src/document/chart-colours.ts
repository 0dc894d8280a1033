// The colours of pages and charts.

/**
 * The colours, light and dark. Blue, orange and grey differ for colour-blind readers too, and symbols repeat the distinction.
 *
 * @see Okabe, M. and Ito, K. (2008). Color universal design. The hues, lightened for the dark theme.
 */
export const COLOURS = {
  paper: { light: '#ffffff', dark: '#16191d' },
  foreground: { light: '#1b2127', dark: '#e4e7ea' },
  faint: { light: '#5c6670', dark: '#9aa4ae' },
  line: { light: '#d8dde2', dark: '#343b43' },
  traditional: { light: '#0b66a8', dark: '#62b5f0' },
  deep: { light: '#c44e00', dark: '#f5914e' },
  baseline: { light: '#6b7580', dark: '#98a2ac' },
  good: { light: '#0b66a8', dark: '#2b78b5' },
  bad: { light: '#c44e00', dark: '#b85c1e' },
  onHeat: { light: '#ffffff', dark: '#ffffff' },
} as const;

export type ColourName = keyof typeof COLOURS;

/**
 * Refers to a colour by a CSS variable, whose value the page or `standalone` sets.
 *
 * @param name one of `COLOURS`
 */
export function colour(name: ColourName): string {
  return `var(--${name})`;
}

/** Colour and symbol scales by kind of model, the same in all charts. */
export const KIND_COLOURS = {
  domain: ['deep', 'traditional', 'baseline'],
  range: [colour('deep'), colour('traditional'), colour('baseline')],
};
export const KIND_SYMBOLS = { domain: ['deep', 'traditional', 'baseline'], range: ['circle', 'square2', 'times'] };
