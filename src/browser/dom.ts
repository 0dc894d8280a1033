// The little that the pages' scripts share.

/**
 * Finds an element that the page must have.
 *
 * @throws Error when it is missing
 */
export function find<T extends Element>(within: ParentNode, selector: string): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

/**
 * Makes an element.
 *
 * @param name of the tag
 * @param properties set on it as they are, but for `data` and `aria`
 * @param children appended; text stays text
 */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], 'style'>> & { style?: string } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  const { style, ...rest } = properties;
  Object.assign(element, rest);
  // The policy of the page allows styles by script, not as attributes of parsed text.
  if (style !== undefined) element.style.cssText = style;
  element.append(...children);
  return element;
}

/** Makes a list to choose from, and the label around it. */
export function select(
  title: string,
  names: readonly string[],
): { readonly list: HTMLSelectElement; readonly label: HTMLLabelElement } {
  const list = make('select', {}, ...names.map((name) => make('option', {}, name)));
  return { list, label: make('label', {}, `${title} `, list) };
}

/** Reads the JSON that stands beside an element's markup. */
export function dataOf<T>(within: ParentNode): T {
  return JSON.parse(find(within, 'script[type="application/json"]').textContent ?? '') as T;
}

/** Reads bytes from base64. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
