// docs/commands.md holds the help of every command. Run with -u to write it anew.
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { commandGroups } from '../../src/cli/commands.ts';
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
    for (const [name, load] of Object.entries(commands)) {
      let help = '';
      (await load())(io)
        .configureOutput({
          writeOut: (text) => {
            help += text;
          },
          getOutHelpWidth: () => HELP_COLUMNS,
        })
        .outputHelp();
      lines.push(
        `### ${name}`,
        '',
        '```text',
        help.replace(`Usage: ${name}`, `Usage: npm run ${name} --`).trimEnd(),
        '```',
        '',
      );
    }
  }
  await expect(`${lines.join('\n').trimEnd()}\n`).toMatchFileSnapshot(path.join(projectRoot, 'docs/commands.md'));
});
