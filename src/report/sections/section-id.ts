// Anchors of a comparison's sections.
import type { Comparison } from '../model/report-data.ts';

/**
 * Gives the anchor of a section.
 *
 * @param comparison whose section it is
 * @param name of the section: lower case letters and dashes
 */
export function sectionId({ slug }: Comparison, name: string): string {
  return `${slug}-${name}`;
}
