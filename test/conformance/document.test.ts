// docs/models.md contains the table of the checks as the code defines them. Option -u writes the table.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { checks } from '../../src/conformance/all-checks.ts';
import { checksTable } from '../../src/conformance/conformance-text.ts';
import { TEMPLATES } from '../../src/new-model/write-new-model.ts';

const file = path.join(projectRoot, 'docs/models.md');

it('contains the table of the checks', async () => {
  const text = await readFile(file, 'utf8');
  const marked = /(<!-- checks:start -->\n).*(<!-- checks:end -->)/s;
  expect(text).toMatch(marked);
  await expect(text.replace(marked, (_, start, end) => `${start}${checksTable(checks)}\n${end}`)).toMatchFileSnapshot(
    file,
  );
});

it('names the checks of doctor alone, and only templates and scripts that exist', async () => {
  const text = await readFile(file, 'utf8');
  const doctorOnly = checks.filter(({ isDoctorOnly }) => isDoctorOnly).map(({ id }) => `\`${id}\``);
  expect(text.replaceAll('\n', ' ')).toContain(`(${doctorOnly.join(', ')})`);
  for (const [, template] of text.matchAll(/--template (\w+)/g)) expect(TEMPLATES).toContain(template);
  const { scripts } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8'));
  expect(Object.keys(scripts)).toEqual(
    expect.arrayContaining([...text.matchAll(/npm run ([a-z-]+)/g)].map(([, name]) => name)),
  );
});
