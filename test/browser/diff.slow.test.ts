// The page of a comparison in a real browser.
import { beforeAll, describe, expect, it } from 'vitest';
import { renderDiffHtml } from '../../src/commits/compare/diff-page.ts';
import { pageScript } from '../../src/document/page-script.ts';
import { mixedDiff, usualOutcome } from '../commits/compare/diffs.ts';
import { makeRecord } from '../fixtures/records.ts';
import { makeTests } from '../report/images.ts';
import { chromiumPath, whyNoBrowser } from './chromium.ts';
import { pagesIn } from './pages.ts';

describe.skipIf(!chromiumPath)(`a comparison in a browser${whyNoBrowser}`, () => {
  const { open, violations } = pagesIn('diff');

  let html: string;
  beforeAll(async () => {
    const diff = mixedDiff();
    html = renderDiffHtml(diff, usualOutcome(diff), {
      tests: makeTests([makeRecord({ images: 400 })]),
      generatedAt: '2026-03-04T05:06:07.000Z',
      script: await pageScript('every-page'),
    });
  });

  describe.each([
    [1280, 'light'],
    [768, 'dark'],
    [360, 'dark'],
  ] as const)('%i pixels wide, %s', (width, theme) => {
    it('fits, shows the images that flipped, and is accessible', async () => {
      const page = await open(html, { width, theme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const picture = page.locator('#models .pictures img').first();
      await picture.scrollIntoViewIfNeeded();
      expect((await picture.boundingBox())!.width).toBeGreaterThan(0);
      expect(await page.evaluate("document.querySelector('#models .pictures img').naturalWidth")).toBeGreaterThan(0);
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  });
});
