// `npm run screenshots`: takes the screenshots of the README from the report in `report/`.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { projectRoot } from '../src/base/root.ts';
import { chromiumPath } from '../test/browser/chromium.ts';

/** The page, the element to scroll to, and the name of the screenshot. */
const SHOTS = [{ page: 'report/index.html', at: 'h1', name: 'report' }] as const;

if (chromiumPath === null) throw new Error('Chromium was not found; install it, or set CHROMIUM to its path');
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] });
for (const { page: file, at, name } of SHOTS) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(path.join(projectRoot, file)).href);
  // The navigation would cover the element.
  await page.addStyleTag({ content: 'nav{display:none}html{scroll-behavior:auto}' });
  await page
    .locator(at)
    .first()
    .evaluate((element) => element.scrollIntoView());
  await page.screenshot({ path: path.join(projectRoot, 'docs', `${name}.png`) });
  await page.close();
}
await browser.close();
