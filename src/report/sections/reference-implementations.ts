// The section Reference implementations: our models and the programs of other projects, measured alternating.
import { note, type Section, section } from '../../document/blocks.ts';
import type { Comparison } from '../model/report-data.ts';
import { epochBlocks, pairRemarks, referencesTable } from './pair-tables.ts';
import { commitsNote } from './row-text.ts';
import { sectionId } from './section-id.ts';

const NOTE =
  'The two programs of each pair were fitted alternating in one run, round after round, on the same images, with the same ' +
  'number of threads and equal values of the parameters that both have. Times are of fit and prediction together: the ' +
  'median (least to most) over the rounds. Ours / reference is the median of the ratios of the rounds; below 1, ours takes ' +
  'less. Same predictions: test images for which both predict the same class.';

/** Describes the section; null when no reference was measured. */
export function referenceImplementations(comparison: Comparison): Section | null {
  const { references, referencesOrigin } = comparison;
  if (references.length === 0) return null;
  return section(sectionId(comparison, 'references'), 'Reference implementations', [
    referencesTable(references),
    note(NOTE),
    commitsNote(referencesOrigin?.commits ?? 0),
    pairRemarks(references),
    ...epochBlocks(references),
  ]);
}
