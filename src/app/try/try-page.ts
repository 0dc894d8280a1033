// The page that classifies pictures with one network. It is one HTML file that contains the network and opens from disk.
import { counted, percentage } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { packScript } from '../../document/pack-script.ts';
import { page } from '../../document/page.ts';
import { jsonScript } from '../../document/page-data.ts';
import type { TryData, TryNetworkData } from './try-data.ts';
import { TRY_STYLE } from './try-style.ts';

/** Facts about the page's network. */
export interface TryPage {
  readonly data: TryNetworkData;
  /** One line. */
  readonly summary: string;
  /** Data set that it was fitted on. */
  readonly dataset: string;
  /** Number of training images. */
  readonly trainImages: number;
  /** Test accuracy, 0 to 1. */
  readonly accuracy: number;
}

/**
 * Renders the page.
 *
 * @param about the network
 * @param script of the page, which is packed; pictures need it
 * @returns an HTML document
 */
export function renderTryPage({ data, summary, dataset, trainImages, accuracy }: TryPage, script = ''): string {
  return page({
    title: `Try ${data.model}`,
    heading: `Try ${data.model}`,
    lead: html`<p>${summary}.</p>
<p class="faint">Fitted on ${counted(trainImages, 'image')} of ${dataset}, ${percentage(accuracy)} test accuracy. The network is in this file and runs in your browser: no picture leaves this page. <a href="index.html">The report</a> compares it with other models; <code>npm run serve</code> asks all fitted models at once.</p>`,
    links: [
      { id: 'try', text: 'Try a picture' },
      { id: 'classes', text: 'Classes' },
    ],
    main: html`${tryPart(data)}
${classesPart(data)}`,
    footer: 'Predicted by TensorFlow.js in plain JavaScript; its licences are at the end of the script.',
    style: TRY_STYLE,
    script: script === '' ? '' : packScript(script),
  });
}

/**
 * Renders the part that takes pictures; a script fills it.
 *
 * @param data for the script
 */
export function tryPart(data: TryData): Markup {
  return html`<section id="try" aria-labelledby="try-h"><h2 id="try-h">Try a picture</h2>
<p>Any size and colour. The picture is converted to grey, cropped to its object, scaled to ${data.width} x ${data.height} pixels and inverted if its background is light.</p>
<noscript><p class="note">This part needs JavaScript.</p></noscript>
<div class="try">${jsonScript(data)}</div></section>`;
}

/**
 * Renders the list of classes.
 *
 * @param data with the classes
 */
export function classesPart({ classNames }: TryData): Markup {
  return html`<section id="classes" aria-labelledby="classes-h"><h2 id="classes-h">Classes</h2>
<p>The models assign every picture to one of these classes, even if it shows none of them: ${classNames.join(', ')}.</p></section>`;
}
