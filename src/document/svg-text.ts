// Writes a drawn plot as compact SVG text: repeated attributes once for their group, lengths to a tenth of a pixel.
import { escapeHtml } from './escape.ts';

/** What is read of a drawn element; the compiler knows no browser types here. */
export interface SvgElement {
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgElement | { readonly localName?: undefined; readonly textContent: string }>;
}

/** An element whose attributes can be rewritten. */
interface Shape {
  name: string;
  readonly attributes: Map<string, string>;
  children: (Shape | string)[];
}

/** Attributes that hold lengths. */
const LENGTHS = /^(?:transform|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height|viewBox)$/;
/** Attributes that a group passes on to its children. */
const INHERITED =
  /^(?:fill|fill-opacity|stroke|stroke-width|stroke-opacity|stroke-dasharray|stroke-linecap|stroke-linejoin|text-anchor|font-size|font-weight|font-variant|paint-order|pointer-events)$/;
/** The marks are one picture to a screen reader: the description says what it shows. */
const LEFT_OUT = /^(?:aria-.*|xmlns:.*|style)$/;
const TRANSLATED = /^translate\((-?[\d.]+),(-?[\d.]+)\)$/;
const STROKE_FROM_ORIGIN = /^M0,0L(-?[\d.]+),(-?[\d.]+)$/;
const CIRCLE = /^M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?$/;

/**
 * Writes an SVG element.
 *
 * @param element an `svg` as Plot draws it
 * @param attributes to set on it; those that it has are replaced
 */
export function svgText(element: SvgElement, attributes: Readonly<Record<string, string>>): string {
  const root = read(element);
  for (const [name, value] of Object.entries(attributes)) root.attributes.set(name, value);
  return write(root);
}

/**
 * Takes out the texts that marks show on hover.
 *
 * @param svg text of an SVG element
 */
export function withoutTitles(svg: string): string {
  return svg.replaceAll(/<title>[^<]*<\/title>/g, '').replaceAll(/<(circle|path|rect|line)([^<>]*)><\/\1>/g, '<$1$2/>');
}

/** Attributes that the style sheet of a page sets for all charts. */
const STYLED =
  / (?:xmlns="http:\/\/www\.w3\.org\/2000\/svg"|fill="currentColor"|font-family="[^"]*"|font-size="12"|text-anchor="middle")/g;

/**
 * Takes out of a chart what the style sheet of a page says of every chart.
 *
 * @param svg text of an SVG element with the class `chart`
 */
export function withoutStyle(svg: string): string {
  return svg
    .replace(/^<svg [^>]*>/, (start) => start.replaceAll(STYLED, ''))
    .replaceAll(' font-variant="tabular-nums"', '');
}

function read(element: SvgElement): Shape {
  const attributes = new Map<string, string>();
  for (const { name, value } of element.attributes) {
    // Which mark a group draws helps tests; names of axes and grids help nobody.
    if (name === 'aria-label' && /^(?:line|dot)$/.test(value)) attributes.set('data-mark', value);
    if (!LEFT_OUT.test(name)) attributes.set(name, LENGTHS.test(name) ? shortLengths(value) : value);
  }
  const children: (Shape | string)[] = [];
  for (const child of element.childNodes) {
    if (child.localName === undefined) children.push(child.textContent);
    // Plot's own style sheet is for pages that have none.
    else if (child.localName !== 'style') children.push(read(child));
  }
  return compact({ name: element.localName, attributes, children });
}

function shortLengths(value: string): string {
  return value.replaceAll(/(-?\d*\.\d+)(em)?/g, (all, length: string, em?: string) =>
    em === undefined ? String(Number(Number(length).toFixed(1))) : all,
  );
}

function compact(shape: Shape): Shape {
  if (shape.name === 'text') placeText(shape);
  if (shape.name === 'path') toCircle(shape);
  if (shape.name === 'g') {
    shareAttributes(shape);
    joinStrokes(shape);
  }
  return shape;
}

/** Writes the place of a text as coordinates, which are shorter than a transformation. */
function placeText({ attributes, children }: Shape): void {
  const place = TRANSLATED.exec(attributes.get('transform') ?? '');
  const [dx, dy] = [attributes.get('x'), attributes.get('y')];
  const isOneLine = children.every((child) => typeof child === 'string' || child.name === 'title');
  if (!place || !isOneLine || dx !== undefined) return;
  attributes.delete('transform');
  attributes.set('x', place[1]!);
  attributes.set('y', place[2]!);
  if (dy !== undefined) attributes.set('dy', dy);
}

function toCircle(shape: Shape): void {
  const { attributes } = shape;
  const circle = CIRCLE.exec(attributes.get('d') ?? '');
  const place = TRANSLATED.exec(attributes.get('transform') ?? '');
  if (!circle || !place) return;
  shape.name = 'circle';
  attributes.delete('d');
  attributes.delete('transform');
  attributes.set('cx', place[1]!);
  attributes.set('cy', place[2]!);
  attributes.set('r', circle[1]!);
}

/** Makes one path of the plain strokes of a group: grids, ticks, intervals. */
function joinStrokes(group: Shape): void {
  const strokes = group.children.map((child) => (typeof child === 'string' ? null : strokeOf(child)));
  const plain = strokes.filter((stroke) => stroke !== null);
  if (plain.length < 2) return;
  const joined: Shape = { name: 'path', attributes: new Map([['d', plain.join('')]]), children: [] };
  group.children = [joined, ...group.children.filter((_, i) => strokes[i] === null)];
}

/** Gives the path of a straight stroke that has nothing but a place; null for anything else. */
function strokeOf({ name, attributes, children }: Shape): string | null {
  if (children.length > 0) return null;
  const of = (attribute: string): number => Number(attributes.get(attribute) ?? Number.NaN);
  if (name === 'line' && attributes.size === 4) {
    const [x1, y1, x2, y2] = [of('x1'), of('y1'), of('x2'), of('y2')];
    if (y1 === y2) return `M${x1},${y1}H${x2}`;
    return x1 === x2 ? `M${x1},${y1}V${y2}` : null;
  }
  const place = TRANSLATED.exec(attributes.get('transform') ?? '');
  const stroke = STROKE_FROM_ORIGIN.exec(attributes.get('d') ?? '');
  if (name !== 'path' || attributes.size !== 2 || !place || !stroke) return null;
  return `M${place[1]},${place[2]}l${stroke[1]},${stroke[2]}`;
}

/** Puts the most frequent value of each attribute that all children have on their group. */
function shareAttributes({ attributes, children }: Shape): void {
  const shapes = children.filter((child) => typeof child !== 'string');
  if (shapes.length < 2) return;
  for (const name of [...shapes[0]!.attributes.keys()].filter((one) => INHERITED.test(one))) {
    const values = shapes.map((shape) => shape.attributes.get(name));
    if (values.some((value) => value === undefined)) continue;
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value!, (counts.get(value!) ?? 0) + 1);
    const [usual] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
    attributes.set(name, usual);
    for (const shape of shapes) if (shape.attributes.get(name) === usual) shape.attributes.delete(name);
  }
}

function write({ name, attributes, children }: Shape): string {
  const written = Array.from(attributes, ([key, value]) => ` ${key}="${escapeHtml(value)}"`).join('');
  if (children.length === 0) return `<${name}${written}/>`;
  const content = children.map((child) => (typeof child === 'string' ? escapeHtml(child) : write(child)));
  return `<${name}${written}>${content.join('')}</${name}>`;
}
