// What every chart shares: where it is drawn, and how it becomes text. Observable Plot does the drawing,
// on the document of happy-dom, so that charts are made without a browser.

import * as Plot from '@observablehq/plot';
import { Window } from 'happy-dom';
import { COLOURS, type ColourName } from './chart-colours.ts';
import { escapeHtml, plain } from './escape.ts';

/** A chart as SVG text whose colours are CSS variables, and what it shows in words. */
export interface Chart {
  /** Safe as a file name. */
  readonly name: string;
  readonly svg: string;
  /** What a reader who cannot see it should know. Not escaped. */
  readonly description: string;
}

/** The room a chart has: a desktop's column or a phone's. */
export type Room = 'wide' | 'narrow';

/** Width of a chart in pixels. */
export const WIDTHS = { wide: 880, narrow: 340 } as const satisfies Record<Room, number>;

/** Room between a standalone chart and the edge of its card, in pixels. */
const CARD_EDGE = 12;

/**
 * Draws a plot.
 *
 * @param name safe as a file name
 * @param description what the chart shows, not escaped
 * @param options for Plot, the document left out
 */
export function draw(name: string, description: string, options: Plot.PlotOptions): Chart {
  const plot = plotOn(options);
  plot.setAttribute('role', 'img');
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  // The document writes attributes as they are; the description goes in by hand, escaped for certain.
  // Plot's own style sheet is for pages that have none; ours says what it says.
  const bare = plain(plot.outerHTML).replace(/<style>[^<]*<\/style>/, '');
  // Marks are one picture to whoever cannot see them: what it shows is said once, of the whole.
  const marked = bare.replaceAll(/(<g) aria-label=/g, '$1 data-mark=').replaceAll(/ aria-description="[^"]*"/g, '');
  const svg = shortenNumbers(marked).replace('<svg ', `<svg aria-label="${escapeHtml(description)}" `);
  return { name, svg, description };
}

/** A hundredth of a pixel is enough; only attributes that hold lengths are touched, never text. */
function shortenNumbers(svg: string): string {
  return svg.replaceAll(/ (?:transform|d|x|y|x1|x2|y1|y2|cx|cy|width|height)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/(\.\d\d)\d+/g, '$1'),
  );
}

/** Made once: elements are drawn detached, so that no chart knows of another. */
let document: unknown;

/** What is used of a drawn plot; the compiler knows no browser types here. */
export interface PlotElement {
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  scale(name: 'x' | 'y'): Plot.Scale | undefined;
}

/**
 * Draws a plot as an element, for charts that must ask its scales before they are complete.
 *
 * @param options for Plot, the document left out
 */
export function plotOn(options: Plot.PlotOptions): PlotElement {
  document ??= new Window().document;
  return Plot.plot({
    ...options,
    document,
    className: 'chart',
    style: { fontSize: '12px', background: 'none' },
  } as Plot.PlotOptions) as unknown as PlotElement;
}

/**
 * Makes a chart fit to be a file: light colours on a card of its own, so that it reads on light and on dark pages and in
 * programs that know no CSS variables.
 *
 * @param chart as drawn for the page
 */
export function standalone({ svg }: Chart): string {
  const [width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/
    .exec(svg)!
    .slice(1)
    .map((size) => Number(size) + 2 * CARD_EDGE) as [number, number];
  const place = `x="${-CARD_EDGE}" y="${-CARD_EDGE}" width="${width}" height="${height}"`;
  const card = `<rect ${place} rx="8" fill="${COLOURS.paper.light}"/>`;
  return svg
    .replace(
      / width="[\d.]+" height="[\d.]+" viewBox="[^"]*"/,
      ` width="${width}" height="${height}" viewBox="${-CARD_EDGE} ${-CARD_EDGE} ${width} ${height}"`,
    )
    .replace(
      /^<svg ([^>]*)>/,
      (_, attributes: string) => `<svg color="${COLOURS.foreground.light}" ${attributes}>${card}`,
    )
    .replaceAll(/var\(--(\w+)\)/g, (all, name: string) => COLOURS[name as ColourName]?.light ?? all)
    .concat('\n');
}
