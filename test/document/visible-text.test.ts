import { expect, test } from 'vitest';
import { visibleText } from '../../src/document/visible-text.ts';

test.each([
  ['an escape sequence', '\u001b[31mred', '\\u001b[31mred'],
  ['controls below the space', 'a\u0000b\u0007c\bd', 'a\\u0000b\\u0007c\\u0008d'],
  ['delete, and the controls of eight bits', '\u007f\u009b31m', '\\u007f\\u009b31m'],
  ['marks of direction', 'a\u202eb\u2066c\u200fd\u061ce', 'a\\u202eb\\u2066c\\u200fd\\u061ce'],
  ['characters without width', 'a\u200bb\ufeffc\u00add', 'a\\u200bb\\ufeffc\\u00add'],
  ['separators of lines and paragraphs', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['lone surrogates', '\ud800a\udc00', '\\ud800a\\udc00'],
  ['noncharacters', '\ufffe\uffff', '\\ufffe\\uffff'],
  ['tags, which are beyond U+FFFF', '\u{e0041}', '\\udb40\\udc41'],
  ['a carriage return alone', 'a\rb', 'a\\u000db'],
])('%s becomes visible', (_, text, visible) => {
  expect(visibleText(text)).toBe(visible);
});

test.each([
  ['line feeds and tabs', 'a\n\tb'],
  ['letters of any script', 'Größe, あ, שלום, naïve'],
  ['emoji with their variation selector', '❤️ 😀'],
  ['blocks and marks that the program draws', '█░▀ ▼ ✓ – “”'],
])('%s stay', (_, text) => {
  expect(visibleText(text)).toBe(text);
});

test('line breaks of Windows become line feeds', () => {
  expect(visibleText('a\r\nb')).toBe('a\nb');
});
