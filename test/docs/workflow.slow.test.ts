// Plays the step of .github/workflows/bench.yml that measures a pull request, in a copy of this project.
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import type { Ended } from '../cli/run-command.ts';
import { makeScratchProject, type ScratchProject } from '../cli/scratch-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

// It installs packages and fits a model on both commits.
vi.setConfig({ testTimeout: 600_000 });
afterEach(() => void vi.unstubAllEnvs());

/** The lines of the step, as the workflow has them. */
function measuringStep(): string {
  const workflow = readFileSync(path.join(projectRoot, '.github/workflows/bench.yml'), 'utf8');
  const [, lines] = /name: Measure and compare\n(?:.*\n)*? +run: \|\n((?: {10}.*\n)+)/.exec(workflow)!;
  return lines!.replace(/^ {10}/gm, '');
}

/** Runs the step as GitHub does. */
function play(project: ScratchProject, base: string): Promise<Ended> {
  const env = { ...process.env, BASE_SHA: base, CI: 'true' };
  return new Promise((resolve) => {
    execFile('bash', ['-e', '-c', measuringStep()], { cwd: project.root, env, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Stops the comparison of the step by SIGTERM as soon as the first commit is measured. Returns its exit status. */
function interrupt(project: ScratchProject, base: string): Promise<number | null> {
  const args = [
    '--import',
    './bin/typescript.mjs',
    'src/cli/main.ts',
    'diff',
    base,
    'HEAD',
    '--run',
    '--quick',
    '--results',
    'records',
  ];
  const child = spawn(process.execPath, [...args, '--markdown', 'comment/body.md'], { cwd: project.root });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    if (/✓ naive-bayes/.test(err) && !child.killed) child.kill('SIGTERM');
  });
  return new Promise((resolve) => child.on('close', resolve));
}

test('a pull request that changes documents is green; one that breaks a model is red, also after an interruption', async () => {
  const project = makeScratchProject(await temporaryFolder());
  const base = project.git('rev-parse', 'HEAD');
  const comment = (): string => readFileSync(path.join(project.root, 'comment', 'body.md'), 'utf8');
  project.git('checkout', '--quiet', '-b', 'topic');
  project.append('README.md', 'A sentence.\n');
  project.git('add', 'README.md');
  project.commit('documents');
  expect((await play(project, base)).status).toBe(0);
  expect(comment()).toContain('Not compared, because the code of all models is the same');

  // Not one of the default models: the change itself puts it into the comparison.
  const model = readFileSync(path.join(project.root, 'models/naive-bayes.ts'), 'utf8');
  expect(model).toMatch(/varSmoothing: [\d.e-]+/);
  project.write('models/naive-bayes.ts', model.replace(/varSmoothing: [\d.e-]+/, 'varSmoothing: -1'));
  project.commit('refuse to fit');
  expect(await interrupt(project, base)).toBe(143);
  expect(existsSync(path.join(project.root, 'comment', 'body.md'))).toBe(true);
  expect(comment()).toContain('The command failed:\n\n```\nstopped by the user\n```');

  const { status, err } = await play(project, base);
  expect(err).toMatch(/to measure on quick: 1 fit of HEAD \(/);
  expect(status).toBe(1);
  expect(comment()).toContain('Worse: naive-bayes (failed after, seed 1: invalid varSmoothing: -1');
});
