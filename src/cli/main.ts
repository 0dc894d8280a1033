// The command line: the only place that prints and sets exit statuses.
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import { UserError } from '../errors.ts';
import { benchCommand } from './bench.ts';
import { doctorCommand } from './doctor.ts';
import type { Io } from './io.ts';
import { modelsCommand } from './models.ts';
import { reportCommand } from './report.ts';

const colour = picocolors.isColorSupported && process.stderr.isTTY === true;
const io: Io = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  exit: (code) => {
    process.exitCode = code;
  },
  isTerminal: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 100,
  colour,
};

const program = new Command('fitting-room')
  .description('image classifiers, traditional and deep, through the same split of the same data')
  .addHelpText('after', '\nEach command runs as an npm script: npm run bench -- --quick')
  .exitOverride();
for (const command of [benchCommand(io), modelsCommand(io), doctorCommand(io), reportCommand(io)]) {
  program.addCommand(command.exitOverride().showSuggestionAfterError());
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; asking for help is no fault.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UserError) {
    io.err(`${picocolors.createColors(colour).red('error:')} ${error.message}`);
    process.exitCode = 2;
  } else {
    io.err(error instanceof Error ? describeFault(error) : String(error));
    process.exitCode = 1;
  }
}

function describeFault(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describeFault(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
