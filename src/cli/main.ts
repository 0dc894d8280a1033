// The command line: which commands there are.
import { Command } from 'commander';
import { benchCommand } from './bench.ts';
import { diffCommand } from './diff.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { exploreCommand } from './explore.ts';
import { historyCommand } from './history.ts';
import { mergeCommand } from './merge.ts';
import { modelsCommand } from './models.ts';
import { newModelCommand } from './new-model.ts';
import { predictCommand } from './predict.ts';
import { runProgram, terminalIo } from './program.ts';
import { reportCommand } from './report.ts';
import { rerunCommand } from './rerun.ts';
import { serveCommand } from './serve.ts';

const io = terminalIo();
const program = new Command('fitting-room')
  .description('image classifiers, traditional and deep, through the same split of the same data')
  .addHelpText('after', '\nEach command runs as an npm script: npm run bench -- --quick')
  .exitOverride();
const commands = [
  benchCommand,
  modelsCommand,
  newModelCommand,
  doctorCommand,
  reportCommand,
  diffCommand,
  rerunCommand,
  historyCommand,
  mergeCommand,
  exploreCommand,
  predictCommand,
  explainCommand,
  serveCommand,
];
for (const command of commands.map((make) => make(io))) {
  program.addCommand(command.exitOverride().showSuggestionAfterError());
}
await runProgram(program, io);
