// The section Conditions: where the records come from, how rows differ, and what holds for all rows.
import { type Block, details, facts, heading, paragraph, type Section, section } from '../../document/blocks.ts';
import { originText } from '../model/origin.ts';
import type { EnginePart } from '../model/part-data.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section. */
export function conditions(comparison: Comparison): Section | null {
  return section(sectionId(comparison, 'conditions'), 'Conditions', conditionBlocks(comparison));
}

/**
 * Builds the blocks that say under which conditions records were measured.
 *
 * @param part a comparison, or another part of a report
 */
export function conditionBlocks({
  origin,
  conditions: same,
  differences,
}: Pick<EnginePart, 'origin' | 'conditions' | 'differences'>): Block[] {
  const listed = (all: EnginePart['conditions']): Block => facts(all.map(({ name, value }) => ({ name, text: value })));
  return [
    paragraph(originText(origin)),
    ...(differences.length > 0
      ? [heading('The rows differ in'), listed(differences)]
      : [paragraph('All rows were measured under the same conditions.')]),
    details('The same for all rows', [listed(same)], { isOpen: true }),
  ];
}
