// A Node that is too old is refused before anything else is loaded. The version is faked.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const PACKAGE = path.join(projectRoot, 'package.json');

/** Runs a program of bin/ as another version of Node would. Nothing that it imports can be TypeScript then. */
async function runAs(version: string, program: string, ...args: string[]) {
  const fake = path.join(await temporaryFolder(), 'fake.cjs');
  await writeFile(fake, `Object.defineProperty(process, 'version', { value: '${version}' });\n`);
  return new Promise<{ status: unknown; out: string; err: string }>((resolve) => {
    const command = ['--require', fake, path.join(projectRoot, 'bin', program), ...args];
    execFile(process.execPath, command, (error, out, err) => resolve({ status: error?.code ?? 0, out, err }));
  });
}

it.each(['v16.20.2', 'v18.20.4', 'v20.11.1'])('refuses %s in one sentence', async (version) => {
  expect(await runAs(version, 'fitting-room.mjs', 'report')).toEqual({
    status: 2,
    out: '',
    err: `error: Node ${version.slice(1)} is too old; Fitting Room needs 20.12 or newer: https://nodejs.org\n`,
  });
});

it.each(['v20.12.0', 'v22.1.0', 'v100.0.0'])('accepts %s', async (version) => {
  expect(await runAs(version, 'check-node.mjs')).toEqual({ status: 0, out: '', err: '' });
});

it('is the first thing that every script of package.json runs', async () => {
  const { scripts } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { scripts: Record<string, string> };
  const programs = Object.values(scripts).filter((script) => script.startsWith('node '));
  expect(programs.length).toBeGreaterThan(10);
  for (const script of programs)
    expect(script).toMatch(/^node (?:bin\/fitting-room\.mjs|--import \.\/bin\/typescript\.mjs) /);
});
