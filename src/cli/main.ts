// The command line: which commands there are.
import process from 'node:process';
import { Command } from 'commander';
import type { Io } from '../terminal/io.ts';
import { runProgram, terminalIo } from './program.ts';

/** Each is loaded when it is the one that was typed; all of them to tell which there are. */
const commands: Readonly<Record<string, () => Promise<(io: Io) => Command>>> = {
  bench: async () => (await import('./bench.ts')).benchCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  'new-model': async () => (await import('./new-model.ts')).newModelCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  diff: async () => (await import('./diff.ts')).diffCommand,
  rerun: async () => (await import('./rerun.ts')).rerunCommand,
  history: async () => (await import('./history.ts')).historyCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  explore: async () => (await import('./explore.ts')).exploreCommand,
  predict: async () => (await import('./predict.ts')).predictCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
};

const io = terminalIo();
const program = new Command('fitting-room')
  .description('image classifiers, traditional and deep, through the same split of the same data')
  .addHelpText('after', '\nEach command runs as an npm script: npm run bench -- --quick')
  .exitOverride();
const typed = process.argv[2] ?? '';
const loads = Object.hasOwn(commands, typed) ? [commands[typed]!] : Object.values(commands);
for (const load of loads) {
  const make = await load();
  program.addCommand(make(io).exitOverride().showSuggestionAfterError());
}
await runProgram(program, io);
