// The command line as users run it. What does not depend on the start and end of a process runs in this one.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import { runChild, TYPESCRIPT } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { recordSchema } from '../../src/results/schema.ts';
import { smallFiles, writeFiles } from '../fixtures/idx.ts';
import { readOutput } from './read-output.ts';
import { runHere, runProcess } from './run-command.ts';

function temporary(): { records: string; report: string; options: string[] } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fitting-room-'));
  const [records, report] = [path.join(folder, 'records'), path.join(folder, 'report')];
  return { records, report, options: ['--out', records, '--report', report] };
}

describe('wrong use', () => {
  it.each([
    [['bench', '--models', 'knn', '--set', 'knn.q=7'], 'unknown parameter of knn: "q"'],
    [['bench', '--models', 'majority', '--dataset', 'mnits'], 'unknown data set: "mnits"'],
    [['benhc'], "unknown command 'benhc'"],
  ])('%j exits with 2 and says what was wrong, without a stack', async (args, message) => {
    const { status, err } = await runHere(...args);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });
});

describe('models', () => {
  it('lists every model within 100 columns', async () => {
    const { out, status } = await runHere('models');
    expect(status).toBe(0);
    for (const id of ['majority', 'svm', 'resnet', 'knn-mljs']) expect(out).toMatch(new RegExp(`^${id} `, 'm'));
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('shows the parameters of one, as text and as JSON', async () => {
    expect((await runHere('models', 'knn')).out).toContain('--set knn.k=5');
    const { models } = readOutput((await runHere('models', 'knn', '--json')).out);
    expect(models).toMatchObject([{ id: 'knn', params: { k: 5 }, layers: null }]);
  });
});

describe('bin/fitting-room.mjs', () => {
  it('runs the commands from any folder, with their exit statuses', async () => {
    const launcher = path.join(projectRoot, 'bin/fitting-room.mjs');
    const listed = await runChild([process.execPath, launcher, 'models'], { cwd: os.tmpdir() });
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(/^svm /m);
    const wrong = await runChild([process.execPath, launcher, 'models', 'svn'], { cwd: os.tmpdir() });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "svm"?') });
  });

  it('is the program that the package offers', async () => {
    const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
    expect(manifest.bin).toEqual({ 'fitting-room': 'bin/fitting-room.mjs' });
  });
});

describe('bench', () => {
  it('fits, writes a valid record and renders the report; continues with --skip-existing', async () => {
    const { records, report, options } = temporary();
    const args = [
      'bench',
      '--models',
      'majority,random-forest',
      '--limit',
      '300',
      '--set',
      'random-forest.trees=5',
      ...options,
    ];
    const first = await runProcess(args);
    expect(first).toMatchObject({ status: 0, out: expect.stringContaining('random-forest') });
    for (const line of first.out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const files = readdirSync(records, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    expect(files).toHaveLength(2);
    for (const file of files) {
      const record = recordSchema.parse(JSON.parse(readFileSync(path.join(records, file), 'utf8')));
      expect(record).toMatchObject({ status: 'ok', dataset: { train: 300, validation: 5000, test: 10_000 } });
    }
    expect(existsSync(path.join(report, 'README.md'))).toBe(true);
    expect(existsSync(path.join(report, 'index.html'))).toBe(true);

    const second = await runHere(...args, '--skip-existing');
    expect(second.err.match(/already has a record/g)).toHaveLength(2);
  });

  it('shows class names of a labels.txt as text, even if they contain HTML', async () => {
    const { report, options } = temporary();
    const data = path.join(path.dirname(report), 'data');
    const hostile = [
      '</script><script>alert(1)</script>',
      '<img src=x onerror=alert(2)>',
      '|`"\\u0000\' onload=alert(3)',
    ];
    await writeFiles(data, { ...smallFiles(), 'labels.txt': hostile.join('\n') });
    const args = ['bench', '--models', 'majority,nearest-centroid', '--dataset', data, '--validation', '3', ...options];
    expect(await runHere(...args)).toMatchObject({ status: 0 });
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
    document.write(readFileSync(path.join(report, 'index.html'), 'utf8'));
    expect(document.querySelectorAll('script:not([type])')).toHaveLength(1);
    expect([...document.querySelectorAll('[onerror], [onload], img[src=x]')]).toEqual([]);
    const { classNames } = JSON.parse(document.querySelector('script[type]')!.textContent);
    expect(classNames).toEqual(hostile);
    expect(document.body.textContent).toContain(hostile[0]);
    expect(document.querySelector('.gallery, .pairwiseTests, .confusion-chooser')).not.toBeNull();
    const markdown = readFileSync(path.join(report, 'README.md'), 'utf8');
    expect(markdown).not.toMatch(/(?<!\\)<(?!\/?(?:details|summary)>)[a-z/!]/i);
  });

  it('records a fit that exceeds its time limit, and exits with 1', async () => {
    const { options } = temporary();
    const args = ['bench', '--models', 'random-forest-mljs', '--limit', '5000', '--timeout', '2', '--json', ...options];
    const { status, out } = await runHere(...args);
    expect(status).toBe(1);
    const { isStopped, failed, records } = readOutput(out);
    expect(records).toMatchObject([{ status: 'timed-out', model: { id: 'random-forest-mljs' } }]);
    expect(failed).toMatchObject([{ model: 'random-forest-mljs', seed: 1, repeat: 1, status: 'timed-out' }]);
    expect(isStopped).toBe(false);
  });

  it('stops in good order at Ctrl-C, which npm sends twice, and keeps finished records', async () => {
    const { records, options } = temporary();
    const args = ['bench', '--models', 'majority,random-forest,knn', '--set', 'random-forest.trees=5000', ...options];
    const child = spawn(
      process.execPath,
      ['--import', TYPESCRIPT, path.join(projectRoot, 'src/cli/main.ts'), ...args],
      {
        cwd: projectRoot,
      },
    );
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      if (/\[2\/3\]/.test(err) && !/stopping/.test(err) && !child.killed) {
        child.kill('SIGINT');
        child.kill('SIGINT');
      }
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(err).toContain('stopped; finished records are kept. To continue, run the same command with --skip-existing');
    expect(err).not.toContain('[3/3]');
    expect(status).toBe(130);
    const statuses = readdirSync(records, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(path.join(records, name), 'utf8')).status);
    expect(statuses.sort()).toEqual(['aborted', 'ok']);
  });
});
