// Renders a report as one HTML page that loads nothing else and works from disk.
import { html, type Markup } from '../../document/markup.ts';
import { page } from '../../document/page.ts';
import { toHtml } from '../../document/to-html.ts';
import type { ReportData } from '../model/report-data.ts';
import { heatStyle } from '../sections/grad-cam.ts';
import { COMPARISON_SECTIONS, type ReportSections, reportSections } from '../sections/report-sections.ts';
import { sheetStyle } from '../sections/sheet-picture.ts';

/** Another page in the folder of the report. */
export interface PageLink {
  /** Relative to the report's page. */
  readonly href: string;
  readonly text: string;
}

/** What a page needs besides the data. */
export interface HtmlOptions {
  /** Script of the page; without it nothing sorts and nothing can be chosen. */
  readonly script?: string;
  /** Other pages to link to. */
  readonly links?: readonly PageLink[];
  /** The sections of a comparison. */
  readonly sections?: typeof COMPARISON_SECTIONS;
}

/**
 * Renders a report as a page.
 *
 * @param data a report
 * @param options script, links and sections
 * @returns a whole HTML document
 */
export function renderHtml(
  data: ReportData,
  { script = '', links = [], sections = COMPARISON_SECTIONS }: HtmlOptions = {},
): string {
  const report = reportSections(data, sections);
  const [first] = data.comparisons;
  return page({
    title: `Which model fits?${first ? ` ${first.dataset}` : ''}`,
    heading: 'Which model fits?',
    lead: html`${data.comparisons.length === 1 ? html`<p>${first!.headline}</p>` : null}
${linkList(links)}
<p class="faint">Generated from records until <time datetime="${data.newestRecordAt}">${data.newestRecordAt.slice(0, 10)}</time>.</p>`,
    links: contents(report),
    main: html`${report.comparisons.map(
      ({ comparison, sections: described }) => html`<article class="comparison" id="${comparison.slug}">
${data.comparisons.length > 1 ? html`<h2 class="title">${comparison.title}</h2><p>${comparison.headline}</p>` : null}
${toHtml(described)}
</article>\n`,
    )}${toHtml(report.parts)}`,
    footer:
      'Accuracy and F1 are of the test images, which each model predicted once, after the fit. Intervals are ' +
      "95 % intervals. Averages and confusion matrices follow scikit-learn's definitions; n/a is a value that is not defined.",
    style: sheetStyle(data.comparisons) + heatStyle(data.comparisons),
    script,
  });
}

function linkList(links: readonly PageLink[]): Markup | null {
  if (links.length === 0) return null;
  return html`<p>See also: ${links.map(({ href, text }, i) => html`${i > 0 ? ', ' : null}<a href="${href}">${text}</a>`)}.</p>`;
}

/** The sections of the only comparison, or else one link for each comparison. */
function contents({ comparisons, parts }: ReportSections): { id: string; text: string }[] {
  const isOne = comparisons.length === 1;
  return [
    ...comparisons.flatMap(({ comparison, sections }) =>
      isOne
        ? sections.map(({ id, heading }) => ({ id, text: heading }))
        : [{ id: comparison.slug, text: comparison.title }],
    ),
    ...parts.map(({ id, heading }) => ({ id, text: heading })),
  ];
}
