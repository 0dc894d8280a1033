// The report in a real browser: its script, its style, its accessibility.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pageScript } from '../../src/document/page-script.ts';
import { buildReport } from '../../src/report/model/build-report.ts';
import { renderHtml } from '../../src/report/render/report-html.ts';
import { encodeLabels } from '../../src/results/encode.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { makeComparison, makeRecord } from '../fixtures/records.ts';
import { hostileParts } from '../report/hostile.ts';
import { makeTests } from '../report/images.ts';
import { chromiumPath, whyNoBrowser } from './chromium.ts';
import { type Look, pagesIn } from './pages.ts';

const map = encodeLabels(Uint8Array.of(0, 64, 128, 255));
const looking = {
  ...makeRecord({ model: 'cnn-looking', accuracy: 0.85 }),
  gradCam: {
    layer: 'conv2d_2',
    height: 2,
    width: 2,
    images: [
      { image: 5, label: 5, map },
      { image: 7, label: 2, map },
    ],
  },
};
const records: FitRecord[] = [...makeComparison(), looking];

describe.skipIf(!chromiumPath)(`the report in a browser${whyNoBrowser}`, () => {
  const { open, violations } = pagesIn('report');

  /** Opens the report of records. */
  async function openReport(shown: readonly FitRecord[], look: Look = {}): Promise<Page> {
    const data = buildReport(shown, { tests: makeTests(shown) });
    return open(renderHtml(data, { script: await pageScript('report') }), look);
  }

  const names = (page: Page) =>
    page.locator('table.sortable tbody th').evaluateAll((all) => all.map((th) => th.getAttribute('data-value')));

  describe('the leaderboard', () => {
    it('sorts by any column, in both orders, by mouse and by keyboard', async () => {
      const page = await openReport(records);
      const byAccuracy = await names(page);
      await page.getByRole('button', { name: 'fit', exact: true }).click();
      const byTime = await names(page);
      expect(byTime).not.toEqual(byAccuracy);
      const shown = await page
        .locator('table.sortable tbody tr')
        .evaluateAll((rows) => rows.map((row) => row.children[3]!.getAttribute('data-value')));
      // A failed row has no time, and stays last.
      expect(shown.at(-1)).toBe('');
      const seconds = shown.slice(0, -1).map(Number);
      expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
      await page.keyboard.press('Enter');
      expect((await names(page)).slice(0, -1)).toEqual(byTime.slice(0, -1).toReversed());
      expect(await page.locator('th[aria-sort=descending]').textContent()).toContain('fit');
      await page.close();
    });

    it('names the model of a mark on hover', async () => {
      const page = await openReport(records);
      const titles = await page.locator('.shown-fit .chart-wide svg title').allTextContents();
      expect(titles.some((title) => title.includes('random-forest'))).toBe(true);
      await page.close();
    });
  });

  describe('confusion matrices', () => {
    it('shows any model, as counts and as shares, and the difference of two', async () => {
      const page = await openReport(records);
      const part = page.locator('.confusion-chooser');
      const cell = part.locator('tbody tr').first().locator('td').first();
      const [model, minus] = await part.locator('select').all();
      await model!.selectOption('mlp');
      const count = Number(await cell.textContent());
      expect(count).toBeGreaterThan(5);
      await part.getByLabel('shares of the row').check();
      // Twenty images of each class.
      expect(Number(await cell.textContent())).toBeCloseTo((100 * count) / 20, 1);
      await part.getByLabel('shares of the row').uncheck();
      await minus!.selectOption('cnn');
      const difference = await cell.textContent();
      await model!.selectOption('cnn');
      await minus!.selectOption('mlp');
      const opposite = await cell.textContent();
      const value = (text: string | null) => Number((text || '0').replace('−', '-'));
      expect(value(difference)).toBe(-value(opposite));
      expect(await part.locator('caption').textContent()).toContain('cnn minus mlp');
      await model!.selectOption('mlp');
      expect(await part.locator('tbody td').allTextContents()).toEqual(Array(100).fill(''));
      await page.close();
    });
  });

  describe('mistakes', () => {
    it('shows the chosen mistakes, and the predictions of every model for the chosen picture', async () => {
      const page = await openReport(records);
      const gallery = page.locator('.gallery');
      const pictures = gallery.locator('.pictures button');
      await gallery.getByLabel('Show').selectOption('mistakes of mlp');
      const all = await pictures.count();
      expect(all).toBeGreaterThan(3);
      for (const text of await pictures.allTextContents()) expect(text).toContain(' → ');
      const [truth] = (await pictures.first().textContent())!.split(' → ');
      await gallery.getByLabel('of class').selectOption(truth!);
      expect(await pictures.count()).toBeLessThan(all);
      for (const text of await pictures.allTextContents()) expect(text.startsWith(`${truth} → `)).toBe(true);
      await pictures.first().click();
      await expect
        .poll(() => gallery.locator('.close-up h3').textContent())
        .toMatch(new RegExp(`^Test image \\d+: ${truth}$`));
      const bars = await gallery.locator('.bars li').allTextContents();
      expect(bars.some((text) => text.startsWith('mlp✗'))).toBe(true);
      expect(await gallery.locator('.bars li').count()).toBeGreaterThan(5);
      await page.close();
    });

    it('shows the hardest images and their classes without its script', async () => {
      const one = [makeRecord({ accuracy: 0.5 })];
      const data = buildReport(one, { tests: makeTests(one) });
      const { missed } = data.comparisons[0]!.images!.gallery!;
      expect(missed.byAll).toBeGreaterThan(24);
      const [shown = ''] = /<div class="gallery">[\s\S]*?<\/output>/.exec(renderHtml(data)) ?? [];
      expect(shown.match(/role="img"/g) ?? []).toHaveLength(24);
    });
  });

  describe.each([
    [1280, 'light'],
    [768, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)('%i pixels wide, %s', (width, theme) => {
    it('fits, and has no accessibility violations', async () => {
      const page = await openReport(records, { width, theme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  });

  it('keeps names that look like a script as names', async () => {
    const page = await openReport(hostileParts());
    await page.locator('.confusion-chooser select').first().selectOption({ index: 0 });
    expect(await page.locator('.confusion-chooser caption').first().textContent()).toContain(
      '<i onmouseover=alert(6)>',
    );
    expect(await page.locator('.gallery .close-up h3').first().textContent()).toMatch(/^Test image \d+: /);
    await page.close();
  });
});
