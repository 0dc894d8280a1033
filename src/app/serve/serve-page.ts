// The pages of the local server: its start page and the page for unknown paths.

import { createHash } from 'node:crypto';
import { note, table } from '../../document/blocks.ts';
import { counted, percent } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { page } from '../../document/page.ts';
import { toHtml } from '../../document/to-html.ts';
import type { FittedModel } from '../../fitted/open.ts';
import { classesPart, tryPart } from '../try/try-page.ts';
import { TRY_STYLE } from '../try/try-style.ts';
import type { ReportLink } from './report-files.ts';

/** A page and its content security policy. */
export interface ServedPage {
  readonly html: string;
  readonly policy: string;
}

/**
 * Renders the start page: it links reports and classifies pictures with fitted models.
 *
 * @param models at least one, all of the same data set
 * @param reports pages below `/report/`
 * @param script of the page; pictures need it
 */
export function renderServePage(
  models: readonly FittedModel[],
  reports: readonly ReportLink[],
  script = '',
): ServedPage {
  const { classNames, shape, name } = models[0]!.record.dataset;
  const data = { classNames, height: shape.height, width: shape.width };
  const document = page({
    title: 'Fitting Room',
    heading: 'Fitting Room',
    lead: html`<p>${models.length === 1 ? 'One model' : `${models.length} models`} fitted on ${name}, ready to classify pictures.</p>`,
    links: [
      { id: 'try', text: 'Try a picture' },
      { id: 'classes', text: 'Classes' },
      { id: 'models', text: 'Models' },
      { id: 'reports', text: 'Reports' },
    ],
    main: html`${tryPart(data)}
${classesPart(data)}
${modelsPart(models)}
${reportsPart(reports)}`,
    footer: 'Served on this machine only, until npm run serve is stopped. Pictures are not kept.',
    policy: "connect-src 'self'",
    style: TRY_STYLE,
    script,
  });
  return { html: document, policy: policyOf(script, "; connect-src 'self'") };
}

/** Renders the page for unknown paths. */
export function renderMissing(): ServedPage {
  const document = page({
    title: 'Page not found',
    heading: 'Page not found',
    lead: html`<p>Go to the <a href="/">start page</a>.</p>`,
    links: [],
    main: html``,
    footer: '',
    script: '',
  });
  return { html: document, policy: policyOf('') };
}

/** Allows the page's own script, by its hash. */
function policyOf(script: string, more = ''): string {
  const hash = createHash('sha256').update(script).digest('base64');
  return (
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:${more}; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  );
}

function modelsPart(models: readonly FittedModel[]): Markup {
  const rows = models.map(({ adapter, record: { dataset, metrics } }) => [
    adapter.id,
    counted(dataset.train, 'image'),
    percent(metrics.accuracy),
    adapter.summary,
  ]);
  const columns = [{ head: 'model' }, { head: 'fitted on' }, { head: 'accuracy, %' }, { head: 'summary', wrap: true }];
  const blocks = [table(columns, rows), note('The most recent fit of each model. Accuracy: test images.')];
  return toHtml([{ id: 'models', heading: 'Models', blocks }]);
}

function reportsPart(reports: readonly ReportLink[]): Markup {
  const links = reports.map(({ href, name }) => html`<li><a href="/report/${href}">${name}</a></li>`);
  return html`<section id="reports" aria-labelledby="reports-h"><h2 id="reports-h">Reports</h2>
${links.length > 0 ? html`<ul>${links}</ul>` : html`<p>None yet: <code>npm run report</code> and <code>npm run explore</code> make some.</p>`}</section>`;
}
