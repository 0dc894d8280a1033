// Opens pages from disk in a real browser. A test fails when a page logs an error or loads anything.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from './chromium.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The window of a page; by default a light desktop. */
export interface Look {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}

/**
 * Opens pages for the tests of one file, in a separate browser.
 *
 * @param name of the pages' file, without its extension
 */
export function pagesIn(name: string) {
  let browser: Browser | undefined;
  let folder: string;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
    folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-'));
  });
  afterEach(() => {
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    /** Opens a page; errors, dialogs and requests of the page fail the test. */
    async open(html: string, { width = 1280, theme = 'light' }: Look = {}): Promise<Page> {
      const file = path.join(folder, `${name}.html`);
      await writeFile(file, html);
      const page = await browser!.newPage({ viewport: { width, height: 900 }, colorScheme: theme });
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
      });
      page.on('dialog', (dialog) => {
        complaints.push(`said ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(pathToFileURL(file).href);
      return page;
    },
    /** Lists the accessibility violations that axe-core finds, one for each line. */
    async violations(page: Page): Promise<string[]> {
      await page.addScriptTag({ path: AXE });
      const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
      };
      return found.violations.map(
        ({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0]!.html.slice(0, 200)} ${nodes[0]!.failureSummary}`,
      );
    },
  };
}
