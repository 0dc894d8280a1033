// A command loads large packages when it needs them, so that its help and its errors come at once.
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { commandGroups } from '../../src/cli/commands.ts';

const LATE = ['@observablehq/plot', 'happy-dom', 'sharp'];
const ids = commandGroups.flatMap(({ commands }) => Object.keys(commands));

it('no command loads code that draws before it draws', async () => {
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: ids.map((id) => `src/cli/${id}.ts`),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    metafile: true,
    outdir: 'unwritten',
    logLevel: 'silent',
  });
  const { inputs } = metafile;
  for (const id of ids) {
    const seen = new Set([`src/cli/${id}.ts`]);
    for (const file of seen) {
      for (const { path, kind } of inputs[file]?.imports ?? []) if (kind === 'import-statement') seen.add(path);
    }
    expect(seen.size).toBeGreaterThan(5);
    expect([...seen].filter((name) => LATE.includes(name))).toEqual([]);
  }
});
