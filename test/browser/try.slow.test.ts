// Trying pictures in a real browser: on the page of the server, and on the page that opens from disk.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { majority } from '../../models/majority.ts';
import type { LoadedModels } from '../../src/app/predict/loaded-models.ts';
import { classifier } from '../../src/app/serve/classify.ts';
import { listReports } from '../../src/app/serve/report-files.ts';
import { renderMissing, renderServePage } from '../../src/app/serve/serve-page.ts';
import { startServer } from '../../src/app/serve/server.ts';
import { describeNetwork } from '../../src/app/try/export-network.ts';
import { renderTryPage } from '../../src/app/try/try-page.ts';
import { pageScript } from '../../src/document/page-script.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { makeRecord } from '../fixtures/records.ts';
import { chromiumPath, launchChromium, whyNoBrowser } from './chromium.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const shape = { height: 28, width: 28, channels: 1 };
const classNames = ['wide', 'tall'];
const ROOM = [
  { width: 1280, theme: 'light' },
  { width: 360, theme: 'dark' },
] as const;

/** Foreground at the left edge makes a picture wide, at the upper edge tall. */
const EDGES = [Array.from({ length: 28 }, (_, y) => 28 * y), Array.from({ length: 28 }, (_, x) => x)] as const;

const loaded: LoadedModels = {
  models: [],
  dispose() {},
  ask: async ({ bytes }) => {
    const label = EDGES[1].some((at) => bytes[at]! > 100) ? 1 : 0;
    return [
      [
        { model: 'edges', label, probabilities: label === 1 ? [0.125, 0.875] : [0.75, 0.25] },
        { model: 'terse', label: 1, probabilities: null },
      ],
    ];
  },
};

let browser: Browser;
let folder: string;
let tryFile: string;
const complaints: string[] = [];

beforeAll(async () => {
  if (!chromiumPath) return;
  browser = await launchChromium();
  folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-'));
  tryFile = path.join(folder, 'try.html');
  await writeFile(tryFile, await tryPage());
});
afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

async function tryPage(): Promise<string> {
  const tf = await tensorflow();
  const recipe = {
    optimizer: { kind: 'adam' as const },
    build: () =>
      tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [28, 28, 1] }),
          tf.layers.dense({ units: 2, activation: 'softmax' as const }),
        ],
      }),
  };
  const kernel = new Float32Array(784 * 2);
  for (const [k, edge] of EDGES.entries()) for (const at of edge) kernel[2 * at + k]! += 1;
  const network = describeNetwork(tf, recipe, { shape, classCount: 2 }, [kernel, new Float32Array(2)]);
  const data = { model: 'edges', network, classNames, height: 28, width: 28 };
  const about = { data, summary: 'looks at edges', dataset: 'made-up', trainImages: 1000, accuracy: 0.9 };
  return renderTryPage(about, await pageScript('try'));
}

async function startPages(): Promise<string> {
  const made = makeRecord({ model: 'majority', classCount: 2 });
  const record = { ...made, dataset: { ...made.dataset, classNames, shape } };
  const script = await pageScript('serve');
  const near = async () => [{ train: 0, label: 1, distance: 90 }];
  const server = await startServer({
    port: 0,
    report: folder,
    maxBytes: 1e6,
    page: async () => renderServePage([{ adapter: majority, record }], await listReports(folder), script),
    missing: renderMissing,
    classify: classifier(loaded, { usual: 60, nearest: near }, shape),
    failed: (error) => complaints.push(String(error)),
  });
  onTestFinished(() => server.close());
  return server.url;
}

/** Opens a page; whatever it complains of or asks of others fails the test. */
async function open(address: string, { width, theme }: (typeof ROOM)[number] = ROOM[0]): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: theme });
  onTestFinished(() => page.close());
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(address) || request.url().startsWith('data:');
    if (!isOwn) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

/** A dark box on a light ground. */
function picture(width: number, height: number): Promise<Buffer> {
  const box = { width: width - 60, height: height - 60, channels: 3 as const, background: '#832' };
  return sharp({ create: box })
    .extend({ top: 30, bottom: 30, left: 30, right: 30, background: '#fffaf0' })
    .png()
    .toBuffer();
}

const choose = async (page: Page, buffer: Buffer, name = 'box.png') =>
  page.setInputFiles('input[type=file]', { name, mimeType: 'image/png', buffer });

const status = (page: Page) => page.getByRole('status');

/** Draws a line on the sheet, its ends in shares of its side. */
async function draw(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const sheet = page.locator('.try-paper canvas');
  await sheet.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await sheet.boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 8 });
  await page.mouse.up();
}

/** The greys of the enlarged image. */
const seen = (page: Page): Promise<number[]> =>
  page.locator('.try-seen canvas').evaluate((canvas) => {
    const { data } = (canvas as unknown as Canvas).getContext('2d').getImageData(0, 0, 28, 28);
    return Array.from(data).filter((_, i) => i % 4 === 0);
  });

/** What is needed of the browser's canvas, which is no part of Node's types. */
interface Canvas {
  getContext(kind: '2d'): {
    getImageData(left: number, top: number, width: number, height: number): { readonly data: ArrayLike<number> };
  };
}

const PAGES = [
  ['the page of the server', startPages, /^All of 2 models say tall$/],
  ['the page from disk', async () => pathToFileURL(tryFile).href, /^tall, \d+\.\d %$/],
] as const;

describe.skipIf(!chromiumPath)(`trying pictures${whyNoBrowser}`, () => {
  describe.each(PAGES)('on %s', (_, address, answer) => {
    it.each(ROOM)('answers a file that is chosen, and fits into $width pixels', async (room) => {
      const page = await open(await address(), room);
      await choose(page, await picture(200, 400));
      await status(page).getByText(answer).waitFor();
      expect(await page.locator('.try-seen p').textContent()).toContain('140 x 340 pixels at 30, 30, inverted');
      expect(await page.locator('.try-answers h3').first().textContent()).toBe('edges');
      expect(await page.locator('.try-answers .best').first().textContent()).toMatch(/^tall(87\.5|100\.0) %$/);
      const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(wider).toBeLessThanOrEqual(0);
    });

    it('answers a file that is dropped anywhere, and one that is pasted', async () => {
      const page = await open(await address());
      for (const [event, data] of [
        ['drop', 'dataTransfer'],
        ['paste', 'clipboardData'],
      ] as const) {
        const [width, height] = event === 'drop' ? [400, 200] : [200, 400];
        const base64 = (await picture(width, height)).toString('base64');
        await page.evaluate(`{
          const bytes = Uint8Array.from(atob('${base64}'), (character) => character.charCodeAt(0));
          const ${data} = new DataTransfer();
          ${data}.items.add(new File([bytes], '${event}.png', { type: 'image/png' }));
          const make = '${event}' === 'drop' ? DragEvent : ClipboardEvent;
          document.body.dispatchEvent(new make('${event}', { ${data}, bubbles: true, cancelable: true }));
        }`);
        await page.locator('.try-drop').getByText(`${event}.png`).waitFor();
        await page.getByText(event === 'drop' ? '340 x 140 pixels' : '140 x 340 pixels').waitFor();
      }
    });

    it.each(ROOM)('answers a drawing while it grows, at $width pixels', async (room) => {
      const page = await open(await address(), room);
      await draw(page, [0.2, 0.5], [0.8, 0.5]);
      await page.locator('.try-answers .best').first().getByText('wide').waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('The answers appear here.').waitFor();
      expect(await page.locator('.try-answers li').count()).toBe(0);
      await draw(page, [0.5, 0.2], [0.5, 0.8]);
      await status(page).getByText(answer).waitFor();
      // What is rubbed out is gone.
      await page.getByRole('button', { name: 'Eraser' }).click();
      await page.getByRole('combobox', { name: 'Width of the pen' }).selectOption('wide');
      await draw(page, [0.5, 0.1], [0.5, 0.9]);
      await status(page).getByText('The picture shows only background.').waitFor();
    });

    it('does not move the sheet under the pen when a drawing takes the place of a file', async () => {
      const page = await open(await address());
      await choose(page, await picture(400, 200), `${'a long name '.repeat(9)}.png`);
      await page.locator('.try-drop canvas').waitFor();
      await page.locator('.try-answers .best').first().getByText('wide').waitFor();
      const top = () => page.evaluate("document.querySelector('.try-paper').getBoundingClientRect().top + scrollY");
      const before = await top();
      await draw(page, [0.5, 0.2], [0.5, 0.8]);
      await status(page).getByText(answer).waitFor();
      expect(await top()).toBe(before);
    });

    it('answers a drawing made with the keyboard', async () => {
      const page = await open(await address());
      await page.locator('.try-paper canvas').focus();
      await page.keyboard.press(' ');
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowUp');
      await status(page).getByText(answer).waitFor();
    });

    it('can be used by those who do not see or do not point', async () => {
      for (const room of ROOM) {
        const page = await open(await address(), room);
        await choose(page, await picture(200, 400));
        await status(page).getByText(answer).waitFor();
        expect(await faults(page)).toEqual([]);
      }
    });
  });

  it('shows the same image on both pages, and the warning where training images are at hand', async () => {
    const images: number[][] = [];
    for (const [, address, answer] of PAGES) {
      const page = await open(await address());
      const gradient = Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="340"><defs><linearGradient id="a"><stop stop-color="#06c"/><stop offset="1" stop-color="#fb3"/></linearGradient></defs><path d="M40 30h200l-30 280h-140z" fill="url(#a)" stroke="#a12" stroke-width="9"/></svg>`,
      );
      await choose(page, await sharp(gradient).png().toBuffer());
      await status(page).getByText(answer).waitFor();
      images.push(await seen(page));
      const isWarned = await page.getByText('Unlike the training images: distance 90').isVisible();
      expect(isWarned).toBe(address === startPages);
    }
    const [one, other] = images as [number[], number[]];
    expect(Math.max(...one)).toBe(255);
    expect(Math.max(...one.map((grey, i) => Math.abs(grey - other[i]!)))).toBeLessThanOrEqual(2);
  });

  it('says what is wrong with a file that is no picture, and recovers', async () => {
    for (const [, address, answer] of PAGES) {
      const page = await open(await address());
      await choose(page, Buffer.from('no picture'));
      await page.getByRole('alert').getByText('not a usable picture').waitFor();
      await choose(page, await picture(200, 400));
      await status(page).getByText(answer).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    }
    // The browser itself notes every refusal of a server.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('400 (Bad Request)')]);
  });

  it('says that the server is gone', async () => {
    const page = await open(await startPages());
    await page.route('**/api/classify', (route) => route.abort());
    await choose(page, await picture(200, 400));
    await page.getByRole('alert').getByText('is npm run serve still running?').waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
  });

  it('leads to the page that runs one network, which works there too', async () => {
    const page = await open(await startPages());
    await page.getByRole('link', { name: 'Try a network in the browser' }).click();
    await choose(page, await picture(200, 400));
    await status(page).getByText('tall, 100.0 %').waitFor();
  });
});

/** What axe finds wrong. */
async function faults(page: Page): Promise<unknown> {
  // Not as a script tag: the page's policy allows no script but its own.
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => \`\${id}: \${nodes[0].html}\`))`,
  );
}
