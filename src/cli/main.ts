// The command line.
import process from 'node:process';
import { Command } from 'commander';
import { createCommands } from './commands.ts';
import { runProgram, terminalIo } from './program.ts';

/** Commands by their old name, which still works and prints a hint. */
const renamed: Readonly<Record<string, string>> = { peers: 'references' };

const io = terminalIo();
const typed = process.argv[2] ?? '';
if (Object.hasOwn(renamed, typed)) {
  process.argv[2] = renamed[typed]!;
  io.err(`npm run ${typed} is now npm run ${renamed[typed]}`);
}
const program = new Command('fitting-room')
  .description('Compare image classifiers, traditional and deep, on one split of one data set.')
  .addHelpText('after', '\nEach command is also an npm script: npm run bench -- --quick. Full list: docs/commands.md')
  .exitOverride();
for (const command of await createCommands(io, process.argv[2])) {
  program.addCommand(command.exitOverride().showSuggestionAfterError());
}
await runProgram(program, io);
