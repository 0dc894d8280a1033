// The table of rooms in CONTRIBUTING.md, and what dependency-cruiser cannot see of the imports between rooms.
import path from 'node:path';
import { expect, it } from 'vitest';
import { rooms } from '../../.dependency-cruiser.mjs';
import { projectRoot } from '../../src/base/root.ts';
import { filesIn, readSource } from './sources.ts';

const START = '<!-- rooms:start -->';
const END = '<!-- rooms:end -->';

/** The list of rooms as a Markdown table. */
function roomsTable(): string {
  const rows = rooms.map(({ path: place, holds, imports }, index) => {
    const allowed = imports?.map((room) => room.replace('src/', '')).join(', ');
    return `| [${place}](${place}) | ${holds} | ${allowed ?? (index === 0 ? '' : 'all above')} |`;
  });
  return ['| room | holds | may import |', '| :- | :- | :- |', ...rows].join('\n');
}

it('shows every room and what it may import in CONTRIBUTING.md; `npx vitest run test/house/rooms.test.ts --update` writes the table', async () => {
  const page = readSource('CONTRIBUTING.md');
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  expect(start, `CONTRIBUTING.md has no ${START}`).toBeGreaterThan(0);
  expect(end, `CONTRIBUTING.md has no ${END}`).toBeGreaterThan(start);
  const current = `${page.slice(0, start + START.length)}\n${roomsTable()}\n${page.slice(end)}`;
  await expect(current).toMatchFileSnapshot(path.join(projectRoot, 'CONTRIBUTING.md'));
});

it('lists only rooms above a room among those it may import', () => {
  const wrong = rooms.flatMap(({ path: place, imports = [] }, index) => {
    const above = rooms.slice(0, index).map((room) => room.path);
    return imports.filter((room) => !above.includes(room)).map((room) => `${place} → ${room}`);
  });
  expect(wrong).toEqual([]);
});

it('starts a worker or child program only from its own room', () => {
  const files = rooms
    .filter(({ path: place }) => place !== 'src/cli' && place !== 'tools')
    .flatMap(({ path: place }) => filesIn(place, ['.ts']));
  const distant = files.flatMap((file) =>
    [...readSource(file).matchAll(/new URL\(['"`]\.\.[^'"`]*\.ts['"`], import\.meta\.url\)/g)].map(
      ([text]) => `${file}: ${text}`,
    ),
  );
  expect(distant).toEqual([]);
});
