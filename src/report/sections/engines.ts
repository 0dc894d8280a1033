// A part of a report: our engines and the npm libraries that do the same.
import { details, note, paragraph, type Section, section } from '../../document/blocks.ts';
import type { EnginePart } from '../model/part-data.ts';
import { code } from './commands.ts';
import { conditionBlocks } from './conditions.ts';
import { enginesTable, epochBlocks, pairRemarks } from './pair-tables.ts';
import { commitsNote } from './row-text.ts';

/** Describes the part. */
export function engines(part: EnginePart): Section | null {
  return section(part.slug, part.title, [
    paragraph(part.headline),
    enginesTable(part.pairs),
    note(
      'Ours / library is the ratio of the times of fit and prediction together; below 1, ours takes less. The ratios of fit ' +
        'and of prediction follow. Same predictions: test images for which both predict the same class.',
    ),
    commitsNote(part.origin.commits),
    pairRemarks(part.pairs),
    ...epochBlocks(part.pairs),
    details('Conditions', conditionBlocks(part)),
    details('Commands', [code(part.commands)]),
  ]);
}
