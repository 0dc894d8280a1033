// `npm run bench` for a test that sends it signals. The checkout is the first argument.
import { Command } from 'commander';
import { benchCommand } from '../../../src/cli/bench.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { terminalIo } from '../../../src/terminal/terminal-io.ts';

const [checkout, ...args] = process.argv.slice(2);
const io = terminalIo();
await runProgram(new Command('fitting-room').addCommand(benchCommand(io, checkout)), io, args);
