import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeBlock, codeSpan, escapeHtml, escapeMarkdown, slug } from '../../src/document/escape.ts';

test('HTML keeps nothing that opens a tag, an attribute or an entity', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
});

test('control characters and lone surrogates, which XML forbids, are replaced', () => {
  expect(escapeHtml('a\u0000b\u001b\ud800c\ufffe')).toBe('a b \ufffdc ');
});

describe('Markdown text', () => {
  test('is one line in which every mark stands for itself', () => {
    expect(escapeMarkdown('a|b\n*c* `d` [e](f) <g> &h; \\i')).toBe(
      'a\\|b \\*c\\* \\`d\\` \\[e\\](f) &lt;g&gt; &amp;h; \\\\i',
    );
  });

  test('leaves no bar, tick or tag unescaped, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('|', '`', '<', '\\', '\n', 'a', '*') }), (text) => {
        expect(escapeMarkdown(text).replaceAll(/\\[\\|`*]/g, '')).not.toMatch(/[|`<*\\\n]/);
      }),
    );
  });
});

describe('code', () => {
  test('spans are fenced by more ticks than they hold', () => {
    expect(codeSpan('a `b` | c')).toBe('``a `b` \\| c``');
    expect(codeSpan('`')).toBe('`` ` ``');
    expect(codeSpan('plain')).toBe('`plain`');
  });

  test('blocks are fenced by more ticks than they hold', () => {
    expect(codeBlock('a\n```\nb', 'sh')).toBe('````sh\na\n```\nb\n````');
  });
});

test('slugs are safe as file names and never the same twice', () => {
  const taken = new Set<string>();
  expect([slug('../Ä b', taken), slug('b', taken), slug('*', taken), slug('*', taken)]).toEqual([
    'b',
    'b-2',
    'x',
    'x-2',
  ]);
});
