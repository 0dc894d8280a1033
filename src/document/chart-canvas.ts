// Draws charts as SVG text. Observable Plot draws on the document of happy-dom, so no browser is needed.

import * as Plot from '@observablehq/plot';
import { Window } from 'happy-dom';
import { COLOURS, type ColourName } from './chart-colours.ts';
import { type SvgElement, svgText, withoutTitles } from './svg-text.ts';

/** A chart as SVG text whose colours are CSS variables, with its description. */
export interface Chart {
  /** Safe as a file name. */
  readonly name: string;
  readonly svg: string;
  /** What it shows, for readers who cannot see it. Not escaped. */
  readonly description: string;
}

/** The width that a chart is drawn for: a column on a desktop or on a phone. */
export type Room = 'wide' | 'narrow';

/** Width of a chart in pixels. */
export const WIDTHS = { wide: 880, narrow: 340 } as const satisfies Record<Room, number>;

/** Margin between a standalone chart and the edge of its card, in pixels. */
const CARD_EDGE = 12;

/**
 * Draws a plot.
 *
 * @param name safe as a file name
 * @param description what the chart shows, not escaped
 * @param options for Plot, without the document
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

/** Created once: elements are drawn detached, so charts do not affect each other. */
let document: unknown;

/** The members of a drawn plot that are used; there are no browser types here. */
export interface PlotElement extends SvgElement {
  getAttribute(name: string): string | null;
  scale(name: 'x' | 'y'): Plot.Scale | undefined;
}

/**
 * Draws a plot as an element, for charts that need its scales to place labels.
 *
 * @param options for Plot, without the document
 */
export function plotOn(options: Plot.PlotOptions): PlotElement {
  document ??= new Window().document;
  return Plot.plot({ ...options, document, className: 'chart' } as Plot.PlotOptions) as unknown as PlotElement;
}

/**
 * Writes a chart for a file: light colours on a card, so that it is readable on light and dark pages and in programs without
 * CSS variables. A file has no hover texts.
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
