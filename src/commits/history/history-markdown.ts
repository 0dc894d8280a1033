// A history as Markdown that fits a comment on a pull request.
import { COMMENT_CHARACTERS, fitParts } from '../../document/fit-parts.ts';
import { list } from '../../document/format.ts';
import { blocksToMarkdown, type MarkdownOptions, toMarkdown } from '../../document/to-markdown.ts';
import type { History } from './history-data.ts';
import { historySections } from './history-sections.ts';

/** Rows of a table; the latest are shown. */
const MOST_ROWS = 100;
/** Kept free for the note of what is left out. */
const NOTE_ROOM = 600;

const OPTIONS: MarkdownOptions = { level: 3, chartPath: () => '' };

/**
 * Renders a history in less than 60,000 characters. What has no room is left out whole, and counted.
 *
 * @param history metrics over commits
 * @param options `isOneModel`: whether the user asked for one model
 */
export function renderHistoryMarkdown(history: History, { isOneModel }: { readonly isOneModel: boolean }): string {
  const texts: string[] = [];
  const leftOut: string[] = [];
  let room = COMMENT_CHARACTERS - NOTE_ROOM;
  for (const section of historySections(history, { isOneModel, mostRows: MOST_ROWS })) {
    const head = toMarkdown([{ ...section, blocks: [{ kind: 'paragraph', text: 'x' }] }], OPTIONS).text.length;
    const own = fitParts(section, room - head, (part) => blocksToMarkdown(part, OPTIONS).text.length + 2);
    if (own.leftOut > 0) leftOut.push(`${own.leftOut} of “${section.heading}”`);
    if (own.shown.length === 0) continue;
    const { text } = toMarkdown([{ ...section, blocks: own.shown }], OPTIONS);
    texts.push(text);
    room -= text.length + 2;
  }
  if (leftOut.length > 0) {
    texts.push(
      `Parts left out for lack of room: ${list(leftOut.slice(0, 3))}. ` +
        '`npm run history -- MODEL` shows one model, `--json` contains everything.',
    );
  }
  return texts.join('\n\n');
}
