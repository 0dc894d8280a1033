import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Window } from 'happy-dom';
import { expect, it } from 'vitest';
import { majority } from '../../../models/majority.ts';
import { listReports } from '../../../src/app/serve/report-files.ts';
import { renderMissing, renderServePage } from '../../../src/app/serve/serve-page.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const models = [{ adapter: majority, record: makeRecord({ model: 'majority' }) }];

function parse(html: string) {
  const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
  document.write(html);
  return document;
}

it('lists the pages of a report, the known ones by name, and no deeper than one folder', async () => {
  const folder = await temporaryFolder();
  for (const name of ['a/b', 'explore', 'charts', '.git']) await mkdir(path.join(folder, name), { recursive: true });
  for (const name of ['index.html', 'try.html', 'zoo.html', 'a/b/deep.html', 'a/i <x>.html', 'explore/index.html']) {
    await writeFile(path.join(folder, name), '');
  }
  for (const name of ['charts/a.svg', 'README.md', '.git/index.html']) await writeFile(path.join(folder, name), '');
  expect(await listReports(folder)).toEqual([
    { href: 'index.html', name: 'Report' },
    { href: 'explore/index.html', name: 'What is in the data' },
    { href: 'try.html', name: 'Try a network in the browser' },
    { href: 'zoo.html', name: 'zoo.html' },
    { href: 'a/i%20%3Cx%3E.html', name: 'a/i <x>.html' },
  ]);
  expect(await listReports(path.join(folder, 'none'))).toEqual([]);
});

it('shows models and reports, and allows its own script alone', () => {
  const script = 'document.title = "<é>";';
  const { html, policy } = renderServePage(models, [{ href: 'a.html', name: '<b>' }], script);
  const document = parse(html);
  expect(document.querySelector('#models tbody th')!.textContent).toBe('majority');
  expect(document.querySelector('#reports a')!.getAttribute('href')).toBe('/report/a.html');
  expect(document.querySelector('#reports a')!.textContent).toBe('<b>');
  const [own] = document.querySelectorAll('script:not([type])');
  const hash = createHash('sha256').update(own!.textContent).digest('base64');
  expect(policy).toContain(`script-src 'sha256-${hash}';`);
  expect(policy).toContain("connect-src 'self'");
  expect(document.querySelector('meta[http-equiv]')!.getAttribute('content')).toMatch(/connect-src 'self'$/);
});

it('says how to make a report where there is none, and that a page is missing', () => {
  expect(parse(renderServePage(models, []).html).querySelector('#reports')!.textContent).toContain('npm run report');
  expect(renderMissing().policy).not.toContain('connect-src');
});
