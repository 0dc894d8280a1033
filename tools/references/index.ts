// `npm run references`: our models beside those of Python's libraries, for comparison only. Nothing of the product depends on Python.
import { runProgram, terminalIo } from '../../src/cli/program.ts';
import { referencesCommand } from './command.ts';

const io = terminalIo();
await runProgram(referencesCommand(io).exitOverride(), io);
