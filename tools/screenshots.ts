// `npm run screenshots`: takes the pictures of the README from the report and the exploration as they are now.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { projectRoot } from '../src/base/root.ts';
import { chromiumPath } from '../test/browser/chromium.ts';

/** What is shown: a page, the part of it that is scrolled to, the picture's name. */
const SHOTS = [
  { page: 'report/index.html', at: 'h1', name: 'report' },
  { page: 'report/index.html', at: '[id$=-gallery]', name: 'mistakes' },
] as const;

if (chromiumPath === null) throw new Error('no Chromium is found; set CHROMIUM to the path of one');
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] });
for (const { page: file, at, name } of SHOTS) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  await page.goto(pathToFileURL(path.join(projectRoot, file)).href);
  // Out of the way of what is shown.
  await page.addStyleTag({ content: 'nav{display:none}html{scroll-behavior:auto}' });
  await page
    .locator(at)
    .first()
    .evaluate((element) => element.scrollIntoView());
  await page.screenshot({ path: path.join(projectRoot, 'docs', `${name}.png`) });
  await page.close();
}
await browser.close();
