// What the README shows works as it stands there.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rooms } from '../.dependency-cruiser.mjs';
import { groupBy } from '../src/base/group-by.ts';
import { projectRoot } from '../src/base/root.ts';
import { createImages } from '../src/data/images.ts';
import { myModel } from '../src/new-model/templates/plain.ts';
import { modelText } from '../src/new-model/write-new-model.ts';
import type { ModelAdapter } from '../src/types.ts';
import { fitHere } from './fixtures/fit-here.ts';

it('shows the model that new-model writes', async () => {
  const file = path.join(projectRoot, 'README.md');
  const readme = await readFile(file, 'utf8');
  const code = /(```ts\n).*?(```)/s;
  expect(readme).toMatch(code);
  const model = await modelText('nearest-mean', 'plain');
  await expect(readme.replace(code, (_, start, end) => `${start}${model}${end}`)).toMatchFileSnapshot(file);
});

it("fits and predicts with the README's model, which returns a plain array of labels", async () => {
  const bytes = Uint8Array.from([10, 20, 200, 220, 12, 18, 190, 250]);
  const images = createImages(bytes, Uint8Array.from([0, 1, 0, 1]), { height: 1, width: 2, channels: 1 });
  const { prediction, parameterCount } = await fitHere(
    {
      adapter: myModel as unknown as ModelAdapter,
      params: {},
      seed: 1,
      device: 'cpu',
      threads: 1,
      classNames: ['dark', 'bright'],
      train: images,
      validation: images,
      test: images,
      latencyBatches: [],
    },
    { now: () => performance.now(), signal: new AbortController().signal, progress: () => {} },
  );
  expect(prediction).toEqual({ labels: Uint8Array.of(0, 1, 0, 1) });
  expect(parameterCount).toBeNull();
});

it('maps the rooms of the code', async () => {
  const file = path.join(projectRoot, 'README.md');
  const readme = await readFile(file, 'utf8');
  const rows = [...groupBy(rooms, ({ tier }) => tier)].map(
    ([tier, some]) =>
      `| ${tier} | ${some.map(({ path: room, holds }) => `[${room}](${room}): ${holds}`).join('<br>')} |`,
  );
  const map = ['| | rooms |', '| :- | :- |', ...rows].join('\n');
  const marked = /(<!-- map:start -->\n).*?(<!-- map:end -->)/s;
  expect(readme).toMatch(marked);
  await expect(readme.replace(marked, (_, start, end) => `${start}${map}\n${end}`)).toMatchFileSnapshot(file);
});

it('is at most 120 lines long', async () => {
  const lines = (await readFile(path.join(projectRoot, 'README.md'), 'utf8')).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(120);
});

it('names only commands that package.json has', async () => {
  const readme = await readFile(path.join(projectRoot, 'README.md'), 'utf8');
  const { scripts } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/npm run ([a-z-]+)/g)].map(([, name]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
