import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  codeBlock,
  codeSpan,
  escapeHtml,
  escapeHtmlInMarkdown,
  escapeMarkdown,
  fileNamePart,
  slug,
} from '../../src/document/escape.ts';

test('HTML keeps nothing that opens a tag, an attribute or an entity', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
});

test('control characters and lone surrogates, which XML forbids, become visible', () => {
  expect(escapeHtml('a\u0000b\u001b\ud800c\ufffe')).toBe('a\\u0000b\\u001b\\ud800c\\ufffe');
});

describe('Markdown text', () => {
  test('is one line in which every mark stands for itself', () => {
    expect(escapeMarkdown('a|b\n*c* `d` [e](f) <g> &h; \\i')).toBe(
      'a\\|b \\*c\\* \\`d\\` \\[e\\](f) &lt;g&gt; &amp;h; \\\\i',
    );
  });

  test.each([
    ['@octocat, a@b.example', '@&#8203;octocat, a@&#8203;b.example'],
    ['fixes #12 and GH-3', 'fixes #&#8203;12 and GH-&#8203;3'],
    ['https://x.example www.x.example', 'https:&#8203;//x.example www&#8203;.x.example'],
    ['&#35;1', '&amp;#&#8203;35;1'],
  ])('neither notifies nor links: %s', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test.each([
    ['# a', '\\# a'],
    ['### a', '##\\# a'],
    ['- a', '\\- a'],
    ['1. a', '1\\. a'],
    ['---', '\\---'],
    ['-1 and #', '-1 and #'],
  ])('begins no heading, list or rule: %s', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test('inside an HTML element neither notifies nor breaks an entity', () => {
    expect(escapeHtmlInMarkdown("it's @a <b>\n#1")).toBe('it&#39;s @&#8203;a &lt;b&gt; #&#8203;1');
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

test('parts of file names are no paths, not hidden and readable', () => {
  expect(['../../etc/passwd', '.env', 'my shirt (1).v2', '\u202ea\u001bb', '', '..'].map(fileNamePart)).toEqual([
    'etc-passwd',
    'env',
    'my shirt (1).v2',
    'a-b',
    'x',
    'x',
  ]);
});
