// `npm run bench` for a test that sends it signals. The checkout is the first argument.
import { Command } from 'commander';
import { benchCommand } from '../../../src/cli/bench.ts';
import { runProgram, terminalIo } from '../../../src/cli/program.ts';

const [checkout] = process.argv.splice(2, 1);
const io = terminalIo();
const program = new Command('fitting-room').exitOverride();
program.addCommand(benchCommand(io, checkout).exitOverride());
await runProgram(program, io);
