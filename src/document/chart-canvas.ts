// What every chart shares: where it is drawn, and how it becomes text. Observable Plot does the drawing,
// on the document of happy-dom, so that charts are made without a browser.

import * as Plot from '@observablehq/plot';
import { Window } from 'happy-dom';
import { COLOURS, type ColourName } from './chart-colours.ts';
import { type SvgElement, svgText, withoutTitles } from './svg-text.ts';

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
  const svg = svgText(plot, {
    class: 'chart',
    role: 'img',
    'aria-label': description,
    'font-size': '12',
    xmlns: 'http://www.w3.org/2000/svg',
  });
  return { name, svg, description };
}

/** Made once: elements are drawn detached, so that no chart knows of another. */
let document: unknown;

/** What is used of a drawn plot; the compiler knows no browser types here. */
export interface PlotElement extends SvgElement {
  getAttribute(name: string): string | null;
  scale(name: 'x' | 'y'): Plot.Scale | undefined;
}

/**
 * Draws a plot as an element, for charts that must ask its scales before they are complete.
 *
 * @param options for Plot, the document left out
 */
export function plotOn(options: Plot.PlotOptions): PlotElement {
  document ??= new Window().document;
  return Plot.plot({ ...options, document, className: 'chart' } as Plot.PlotOptions) as unknown as PlotElement;
}

/**
 * Makes a chart fit for a file: light colours on a card, so that it reads on light and on dark pages and in programs that
 * know no CSS variables. A file shows nothing on hover.
 *
 * @param chart as drawn for a page
 */
export function standalone({ svg }: Chart): string {
  const [width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/
    .exec(svg)!
    .slice(1)
    .map((size) => Number(size) + 2 * CARD_EDGE) as [number, number];
  const place = `x="${-CARD_EDGE}" y="${-CARD_EDGE}" width="${width}" height="${height}"`;
  const card = `<rect ${place} rx="8" fill="${COLOURS.paper.light}"/>`;
  return withoutTitles(svg)
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
