// The exploration in a real browser.
import { beforeAll, describe, expect, it } from 'vitest';
import { pageScript } from '../../src/document/page-script.ts';
import { explore } from '../../src/explore/explore-dataset.ts';
import { renderExplorationHtml } from '../../src/explore/sections/exploration-page.ts';
import { dataset, records } from '../explore/small-dataset.ts';
import { chromiumPath, whyNoBrowser } from './chromium.ts';
import { pagesIn } from './pages.ts';

/** Positions of the pixels that the map has drawn on, read from a copy of it. */
const DRAWN = `(() => {
  const map = document.querySelector('.map canvas');
  const copy = Object.assign(document.createElement('canvas'), { width: map.width, height: map.height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(map, 0, 0);
  const { data } = context.getImageData(0, 0, map.width, map.height);
  return [...Array(map.width * map.height).keys()].filter((i) => data[4 * i + 3] > 0);
})()`;

describe.skipIf(!chromiumPath)(`the exploration in a browser${whyNoBrowser}`, () => {
  const { open, violations } = pagesIn('explore');

  let html: string;
  beforeAll(async () => {
    const labelErrors = { models: 3, confidence: 0.9 };
    const found = await explore(dataset, records, { near: 10, labelErrors, map: 60, seed: 1 });
    html = await renderExplorationHtml(found, dataset, await pageScript('explore'));
  });

  describe('the map', () => {
    it('shows the image and the class at the pointer, and hides a class on request', async () => {
      const page = await open(html);
      const canvas = page.locator('.map canvas');
      await canvas.scrollIntoViewIfNeeded();
      const drawn = () => page.evaluate(DRAWN) as Promise<number[]>;
      const before = await drawn();
      expect(before.length).toBeGreaterThan(60);
      const box = (await canvas.boundingBox())!;
      const at = before[Math.floor(before.length / 2)]!;
      const scale = box.width / 880;
      await page.mouse.move(box.x + (at % 880) * scale, box.y + Math.floor(at / 880) * scale);
      const output = page.locator('.map output');
      expect(await output.isVisible()).toBe(true);
      expect(dataset.classNames.map((name) => name.replaceAll(/\s+/g, ' '))).toContain(
        ((await output.textContent()) ?? '').replaceAll(/\s+/g, ' '),
      );
      const keys = page.locator('.keys button');
      for (const key of (await keys.all()).slice(1)) await key.click();
      expect(await keys.nth(1).getAttribute('aria-pressed')).toBe('false');
      const left = await drawn();
      expect(left.length).toBeGreaterThan(0);
      expect(left.length).toBeLessThan(before.length / 2);
      await page.close();
    });
  });

  describe.each([
    [1280, 'light'],
    [360, 'dark'],
  ] as const)('%i pixels wide, %s', (width, theme) => {
    it('fits, and is accessible', async () => {
      const page = await open(html, { width, theme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  });
});
