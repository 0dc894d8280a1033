// HTML templates that escape their values, except values that are HTML.
import { escapeHtml } from './escape.ts';

/** A piece of HTML that needs no escaping. */
export interface Markup {
  readonly html: string;
}

type Value = string | number | Markup | null | readonly Value[];

/**
 * Template tag: escapes every value except markup. Lists are joined, null becomes nothing.
 *
 * @param strings the text of the template
 * @param values inserted between the strings
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { html: strings.map((text, i) => text + (i < values.length ? render(values[i]!) : '')).join('') };
}

/**
 * Marks text as HTML that needs no escaping: the output of a chart, a style sheet, a script.
 *
 * @param text safe HTML; never text that others wrote
 */
export function raw(text: string): Markup {
  return { html: text };
}

function render(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  if ('html' in value) return value.html;
  return value.map(render).join('');
}
