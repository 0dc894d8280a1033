// Helpers for the scripts of the pages.
import { visibleText } from '../document/visible-text.ts';

/**
 * Finds an element of the page.
 *
 * @throws Error when it is missing
 */
export function find<T extends Element>(within: ParentNode, selector: string): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`element not found: ${selector}`);
  return found;
}

/**
 * Creates an element.
 *
 * @param name of the tag
 * @param properties assigned to it; `data` and `aria` become attributes
 * @param children appended; strings become text nodes in which every character is visible
 */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], 'style'>> & { style?: string } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  const { style, ...rest } = properties;
  Object.assign(element, rest);
  // The content security policy allows styles set by script, not style attributes in HTML.
  if (style !== undefined) element.style.cssText = style;
  element.append(...children.map((child) => (typeof child === 'string' ? visibleText(child) : child)));
  return element;
}

/** Creates a select element with a label around it. */
export function select(
  title: string,
  names: readonly string[],
): { readonly list: HTMLSelectElement; readonly label: HTMLLabelElement } {
  const list = make('select', {}, ...names.map((name) => make('option', {}, name)));
  return { list, label: make('label', {}, `${title} `, list) };
}

/** Reads the JSON script inside an element. */
export function dataOf<T>(within: ParentNode): T {
  return JSON.parse(find(within, 'script[type="application/json"]').textContent ?? '') as T;
}

/** Decodes base64. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
