// Pages from disk in a real browser, in a test that fails when they complain or ask anything of anybody.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from './chromium.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** How a page is viewed; by default on a light desktop. */
export interface Look {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}

/**
 * Opens pages for the tests of a file, in a separate browser.
 *
 * @param name of the pages' file, without its ending
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
    /** Opens a page; whatever it complains of, says or asks of others fails the test. */
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
    /** Lists what keeps those out who do not see or do not point: axe-core's findings, one a line. */
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
