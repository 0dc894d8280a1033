// Chooses the parts of a section that a document of limited length has room for, such as a comment on a git host.
import type { Block, Section } from './blocks.ts';

/** Characters of a comment: some fewer than git hosts allow. */
export const COMMENT_CHARACTERS = 60_000;

/**
 * Chooses the parts of a section in their order. A heading and what follows it are one part, any other block is another.
 *
 * @param section what could be shown
 * @param room characters that are left
 * @param sizeOf counts the characters of blocks
 * @returns the blocks that fit, and the number of parts that do not
 */
export function fitParts(
  section: Section,
  room: number,
  sizeOf: (blocks: readonly Block[]) => number,
): { readonly shown: Block[]; readonly leftOut: number } {
  const parts = partsOf(section);
  let left = room;
  const shown = parts.filter((part) => {
    const size = sizeOf(part);
    if (size > left) return false;
    left -= size;
    return true;
  });
  return { shown: shown.flat(), leftOut: parts.length - shown.length };
}

function partsOf({ blocks }: Section): Block[][] {
  const parts: Block[][] = [];
  for (const block of blocks) {
    const last = parts.at(-1);
    if (last?.length === 1 && last[0]!.kind === 'heading') last.push(block);
    else parts.push([block]);
  }
  return parts;
}
