// docs/commands.md holds the help of every command. Run with -u to write it anew.
import path from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { commandGroups, createCommands } from '../../src/cli/commands.ts';
import { commonExits, exitMeanings } from '../../src/cli/exit-status.ts';
import { recordingIo } from '../fixtures/recording-io.ts';

const HELP_COLUMNS = 100;

it('lists every command with its help', async () => {
  const io = recordingIo({ out: [], err: [], code: null });
  const lines = [
    '# Commands',
    '',
    'Each command is an npm script: `npm run bench -- --quick`. Options come after `--`. Generated from `--help`.',
    '',
  ];
  for (const { title, commands } of commandGroups) {
    lines.push(`## ${title}`, '');
    for (const name of Object.keys(commands)) {
      const [command] = await createCommands(io, name);
      lines.push(`### ${name}`, '', ...helpOf(command!, name));
      for (const sub of command!.commands)
        lines.push(`#### ${name} ${sub.name()}`, '', ...helpOf(sub, `${name} -- ${sub.name()}`));
    }
  }
  const meanings = Object.entries(exitMeanings).map(
    ([name, [passed, failed = '']]) => `| ${name} | ${passed} | ${failed} |`,
  );
  lines.push(
    '## Exit statuses',
    '',
    '| command | 0 | 1 |',
    '| :- | :- | :- |',
    ...meanings,
    '',
    '| status | meaning in every command |',
    '| :- | :- |',
    ...commonExits.map(([status, meaning]) => `| ${status} | ${meaning} |`),
    '',
    'With `--json`, an error is also a JSON object on standard output: [data-for-programs.md](data-for-programs.md).',
  );
  await expect(`${lines.join('\n').trimEnd()}\n`).toMatchFileSnapshot(path.join(projectRoot, 'docs/commands.md'));
});

it('every command says what its exit statuses mean', () => {
  const names = commandGroups.flatMap(({ commands }) => Object.keys(commands));
  expect(Object.keys(exitMeanings)).toEqual(names);
});

/** The help of a command as a block, with its usage as it is typed through npm. */
function helpOf(command: Command, typed: string): string[] {
  let help = '';
  command
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHelpWidth: () => HELP_COLUMNS,
    })
    .outputHelp();
  const usage = typed.includes(' -- ') ? `Usage: npm run ${typed}` : `Usage: npm run ${typed} --`;
  return ['```text', help.replace(/^Usage: \S+(?: [a-z]\S*)?/, usage).trimEnd(), '```', ''];
}
