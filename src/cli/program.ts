// Builds and runs the program: prints errors, sets the exit status.
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { UserError } from '../base/errors.ts';
import { isSystemError } from '../base/system-error.ts';
import { createColours } from '../document/terminal-text.ts';
import { type ExitCode, StoppedError } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { createCommands } from './commands.ts';
import { hasPrintedJson, printJson } from './outputs/define-output.ts';
import { removeOutputs } from './replace-outputs.ts';
import { refuseSwallowed } from './swallowed-options.ts';

/** Commands by their old name, which still works and prints a hint. */
const RENAMED: Readonly<Record<string, string>> = { peers: 'references' };

/**
 * Runs the command line.
 *
 * @param args the name of a command and its arguments
 */
export async function runCommandLine(args: readonly string[], io: Io): Promise<void> {
  const [typed = '', ...others] = args;
  const name = Object.hasOwn(RENAMED, typed) ? RENAMED[typed]! : typed;
  if (name !== typed) io.err(`npm run ${typed} is now npm run ${name}`);
  const program = new Command('fitting-room')
    .description('Compare image classifiers, traditional and deep, on one split of one data set.')
    .addHelpText(
      'after',
      '\nEach command is also an npm script: npm run bench -- --quick. Full list: docs/commands.md',
    );
  for (const command of await createCommands(io, name)) program.addCommand(command);
  program.hook('preSubcommand', (_, command) => refuseSwallowed(command, others, process.env));
  await runProgram(program, io, args.length === 0 ? [] : [name, ...others]);
}

/**
 * Runs a program. An error exits with status 2. What the user can mend, wrong use and errors of the file system among it, is
 * printed without a stack. With `--json` among the arguments, an error is also an object on standard output, unless the
 * command has printed its own there.
 *
 * @param program a command, with subcommands or without
 * @param args its arguments
 */
export async function runProgram(program: Command, io: Io, args: readonly string[]): Promise<void> {
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.out(withoutEnd(text)),
      writeErr: (text) => io.err(withoutEnd(text)),
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const exitCode = printError(error, io);
    if (error instanceof CommanderError && exitCode !== 0) await removeOutputs(args);
    if (exitCode !== 0 && args.includes('--json') && !hasPrintedJson(io)) {
      const message = error instanceof Error ? error.message.replace(/^error: /, '') : String(error);
      // Loaded late: the library of schemas would make every start slower.
      const { errorOutput } = await import('./outputs/error-output.ts');
      printJson(io, errorOutput, { error: { message, exitCode } });
    }
    io.exit(exitCode);
  }
}

/** Prints what was thrown. Returns the exit status. */
function printError(error: unknown, io: Io): ExitCode {
  // Commander has already printed its message. Help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  // The command has said what is kept.
  if (error instanceof StoppedError) return error.exitCode;
  const isUsers = error instanceof UserError || isSystemError(error);
  io.err(isUsers ? `${createColours(io.colour).red('error:')} ${error.message}` : describeError(error));
  return 2;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/**
 * Writes an error with its stack and its causes.
 *
 * @param error any value that was thrown
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `\ncaused by ${describeError(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

/** Commander ends its texts with a line break, and so does the output. */
function withoutEnd(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
