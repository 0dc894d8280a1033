// A comparison as Markdown that fits a comment on a pull request.
import { type Block, details, heading } from '../../document/blocks.ts';
import { COMMENT_CHARACTERS, fitParts } from '../../document/fit-parts.ts';
import { list } from '../../document/format.ts';
import { blocksToMarkdown, type MarkdownOptions } from '../../document/to-markdown.ts';
import type { Diff } from './diff-data.ts';
import { diffDocument } from './diff-document.ts';
import type { Outcome } from './outcome.ts';

/** Kept free for the note of what is left out. */
const NOTE_ROOM = 600;
/** Names and messages are shortened to this many characters. */
const MAX_TEXT = 300;

const OPTIONS: MarkdownOptions = { level: 4, chartPath: () => '' };

/**
 * Renders a comparison in less than 60,000 characters. The first section is open, the others are folded. What has no room
 * is left out whole, the least important parts first, and counted.
 *
 * @param diff what changed
 * @param outcome what follows from it
 */
export function renderDiffMarkdown(diff: Diff, outcome: Outcome): string {
  const { title, lead, sections } = diffDocument(shortenTexts(diff), shortenTexts(outcome));
  const texts = [render([heading(title)], 2), render(lead)];
  const leftOut: string[] = [];
  let room = COMMENT_CHARACTERS - NOTE_ROOM - texts.join('\n\n').length;
  for (const [i, section] of sections.entries()) {
    const frame = (blocks: readonly Block[]): string => {
      return i === 0
        ? `${render([heading(section.heading)], 3)}\n\n${render(blocks)}`
        : render([details(section.heading, blocks)]);
    };
    const own = fitParts(section, room - frame([{ kind: 'paragraph', text: '' }]).length, (part) => {
      return render(part).length + 2;
    });
    if (own.leftOut > 0) leftOut.push(`${own.leftOut} of “${section.heading}”`);
    if (own.shown.length === 0) continue;
    const text = frame(own.shown);
    texts.push(text);
    room -= text.length + 2;
  }
  if (leftOut.length > 0) {
    texts.push(`Parts left out for lack of room: ${list(leftOut)}. \`--html\` and \`--json\` contain all of them.`);
  }
  return `${texts.join('\n\n')}\n`;
}

function render(blocks: readonly Block[], level = OPTIONS.level): string {
  return blocksToMarkdown(blocks, { ...OPTIONS, level }).text;
}

/** Shortens every text of plain data. */
function shortenTexts<T>(data: T): T {
  const shorten = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT - 1)}…` : value;
  return JSON.parse(JSON.stringify(data), shorten) as T;
}
