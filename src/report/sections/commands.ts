// The section Commands: what to type to measure each row again.
import { type Block, details, type Section, section } from '../../document/blocks.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section. */
export function commands(comparison: Comparison): Section | null {
  const lines = comparison.rows.flatMap((row) => [`# ${row.name.replaceAll(/\s+/g, ' ')}`, ...row.commands]);
  return section(sectionId(comparison, 'commands'), 'Commands', [
    details('The command that measures each row', [code(lines)], { isOpen: true }),
  ]);
}

/**
 * Builds a block of commands.
 *
 * @param lines of a shell
 */
export function code(lines: readonly string[]): Block {
  return { kind: 'code', text: lines.join('\n'), language: 'sh' };
}
