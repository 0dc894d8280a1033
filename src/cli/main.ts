// The command line.
import process from 'node:process';
import { terminalIo, watchProcess } from '../terminal/terminal-io.ts';
import { describeError, runCommandLine } from './program.ts';

const io = terminalIo();
watchProcess(io, describeError);
await runCommandLine(process.argv.slice(2), io);
// A NODE_CHANNEL_FD that is not meant for this process makes Node open a channel that it cannot close: it would abort.
if (process.channel) process.exit();
