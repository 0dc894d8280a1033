// Running text as Markdown.
import type { Span, Text } from './blocks.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';

/**
 * Writes a text on one line.
 *
 * @param text running text; marks of Markdown in it are escaped
 */
export function markdownText(text: Text): string {
  return typeof text === 'string' ? escapeMarkdown(text) : text.map(spanText).join('');
}

function spanText(span: Span): string {
  if (typeof span === 'string') return withEdgeSpaces(span, escapeMarkdown(span));
  if ('code' in span) return codeSpan(span.code);
  if ('strong' in span) return `**${escapeMarkdown(span.strong)}**`;
  if ('section' in span) return escapeMarkdown(span.link);
  return `[${escapeMarkdown(span.link)}](<${span.href.replaceAll(/[<>\s]/g, encodeURIComponent)}>)`;
}

/** Escaping trims a text; between two spans its spaces count. */
function withEdgeSpaces(text: string, escaped: string): string {
  return `${/^\s/.test(text) ? ' ' : ''}${escaped}${/\S\s+$/.test(text) ? ' ' : ''}`;
}
