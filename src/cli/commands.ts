// The commands by group, each loaded when it is needed.
import type { Command } from 'commander';
import type { Io } from '../terminal/io.ts';
import { exitStatusHelp } from './exit-status.ts';

/** Makes a command that prints through `io`. */
export type CreateCommand = (io: Io) => Command;

/** Commands that serve one purpose, in the order of `--help` and of docs/commands.md. */
export interface CommandGroup {
  readonly title: string;
  /** Loads a command's code, by the name of the command. */
  readonly commands: Readonly<Record<string, () => Promise<CreateCommand>>>;
}

/** Every command of the program. */
export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'Measure',
    commands: {
      bench: async () => (await import('./bench.ts')).benchCommand,
      rerun: async () => (await import('./rerun.ts')).rerunCommand,
      references: async () => (await import('./references.ts')).referencesCommand,
    },
  },
  {
    title: 'Look at results and data',
    commands: {
      report: async () => (await import('./report.ts')).reportCommand,
      models: async () => (await import('./models.ts')).modelsCommand,
      explore: async () => (await import('./explore.ts')).exploreCommand,
      predict: async () => (await import('./predict.ts')).predictCommand,
      explain: async () => (await import('./explain.ts')).explainCommand,
      serve: async () => (await import('./serve.ts')).serveCommand,
    },
  },
  {
    title: 'Compare commits',
    commands: {
      diff: async () => (await import('./diff.ts')).diffCommand,
      history: async () => (await import('./history.ts')).historyCommand,
    },
  },
  {
    title: 'Take away',
    commands: {
      export: async () => (await import('./export.ts')).exportCommand,
    },
  },
  {
    title: 'Write a model',
    commands: {
      'new-model': async () => (await import('./new-model.ts')).newModelCommand,
      doctor: async () => (await import('./doctor.ts')).doctorCommand,
    },
  },
  {
    title: 'Keep records',
    commands: {
      runs: async () => (await import('./runs.ts')).runsCommand,
      merge: async () => (await import('./merge.ts')).mergeCommand,
    },
  },
];

/**
 * Loads commands and makes them, each in the group that `--help` lists it under.
 *
 * @param io where they print
 * @param name of the command that was typed: only its code is loaded. Any other text loads all.
 */
export async function createCommands(io: Io, name = ''): Promise<Command[]> {
  const all = commandGroups.flatMap(({ title, commands }) =>
    Object.entries(commands).map(([id, load]) => ({ id, title, load })),
  );
  const typed = all.filter(({ id }) => id === name);
  return Promise.all(
    (typed.length > 0 ? typed : all).map(async ({ id, title, load }) =>
      (await load())(io).helpGroup(`${title}:`).addHelpText('after', exitStatusHelp(id)),
    ),
  );
}
