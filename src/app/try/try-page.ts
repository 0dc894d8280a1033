// One network to try pictures on, as one HTML file that opens from disk: the network and all that runs it are in it.
import { html, type Markup } from '../../document/markup.ts';
import { page } from '../../document/page.ts';
import { jsonScript } from '../../document/page-data.ts';
import type { TryData, TryNetworkData } from './try-data.ts';
import { TRY_STYLE } from './try-style.ts';

/** What the page says of its network. */
export interface TryPage {
  readonly data: TryNetworkData;
  /** One line. */
  readonly summary: string;
  /** What it was fitted on. */
  readonly dataset: string;
  /** Images fitted on. */
  readonly trainImages: number;
  /** On test images, 0 to 1. */
  readonly accuracy: number;
}

/**
 * Renders the page.
 *
 * @param about the network
 * @param script of the page; without it nothing can be tried
 * @returns an HTML document
 */
export function renderTryPage({ data, summary, dataset, trainImages, accuracy }: TryPage, script = ''): string {
  return page({
    title: `Try ${data.model}`,
    heading: `Try ${data.model}`,
    lead: html`<p>${summary}.</p>
<p class="faint">Fitted on ${trainImages.toLocaleString('en')} images of ${dataset}, ${(100 * accuracy).toFixed(2)} % right on its test images. The network is in this file and runs here: no picture leaves this page. <a href="index.html">The report</a> compares it with others; <code>npm run serve</code> asks all fitted models at once.</p>`,
    links: [
      { id: 'try', text: 'Try a picture' },
      { id: 'classes', text: 'Classes' },
    ],
    main: html`${tryPart(data)}
${classesPart(data)}`,
    footer: 'Predicted by TensorFlow.js in plain JavaScript; its licences stand at the end of the script.',
    style: TRY_STYLE,
    script,
  });
}

/**
 * Renders the part on which pictures are tried; a script brings it to life.
 *
 * @param data for the script
 */
export function tryPart(data: TryData): Markup {
  return html`<section id="try" aria-labelledby="try-h"><h2 id="try-h">Try a picture</h2>
<p>Of any size and colour. It is made grey, cropped to what it shows, scaled to ${data.width} x ${data.height} pixels and inverted when its background is light.</p>
<noscript><p class="note">This part needs JavaScript.</p></noscript>
<div class="try">${jsonScript(data)}</div></section>`;
}

/**
 * Renders the part that says what can be answered.
 *
 * @param data with the classes
 */
export function classesPart({ classNames }: TryData): Markup {
  return html`<section id="classes" aria-labelledby="classes-h"><h2 id="classes-h">Classes</h2>
<p>Every picture is given to one of these, also when it shows none of them: ${classNames.join(', ')}.</p></section>`;
}
