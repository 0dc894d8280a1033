// The section Verdict: which model meets which need, what the comparison shows, and what limits it.
import { caution, interactive, list, type Section, section } from '../../document/blocks.ts';
import { html } from '../../document/markup.ts';
import type { Choice, Comparison } from '../model/report-data.ts';
import { timingWarning } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section. */
export function verdict(comparison: Comparison): Section | null {
  const { picks, findings, cautions } = comparison;
  const warning = timingWarning(comparison);
  return section(sectionId(comparison, 'verdict'), 'Verdict', [
    picks.length === 0 ? null : cards(picks),
    list(findings),
    ...[...cautions, ...(warning === null ? [] : [warning])].map(caution),
  ]);
}

function cards(picks: readonly Choice[]) {
  return interactive(
    () =>
      html`<ul class="cards">${picks.map(
        ({ need, name, value, detail }) =>
          html`<li class="card"><span class="need">${need}</span><span class="who">${name}</span><span class="value">${value}</span><span class="detail">${detail}</span></li>`,
      )}</ul>`,
    [
      list(
        picks.map(({ need, name, value, detail }) => [
          { strong: `${need}:` },
          ' ',
          { code: name },
          `, ${value} (${detail})`,
        ]),
      ),
    ],
  );
}
