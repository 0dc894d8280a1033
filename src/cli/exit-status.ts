// What the exit statuses of each command mean: the help of every command and the table in docs/commands.md.

/** When a command exits with 0 and with 1. A command without a second text never exits with 1. */
type Meaning = readonly [passed: string, failed?: string];

/** The meaning of 0 and 1, by the name of the command. The other statuses mean the same in every command. */
export const exitMeanings: Readonly<Record<string, Meaning>> = {
  bench: ['every fit succeeded', 'a fit failed'],
  rerun: ['the same predictions, or within the interval', 'other predictions'],
  references: ['every fit succeeded', 'a fit failed'],
  report: ['the report is written'],
  models: ['the models are listed'],
  explore: ['the data are described'],
  predict: ['every picture is classified', 'a picture could not be read'],
  explain: ['every picture is explained', 'a picture could not be read'],
  serve: ['the server was stopped'],
  diff: ['nothing is worse', 'something is worse, or a model failed'],
  history: ['the history is written'],
  export: ['the data are written', 'a record could not be read'],
  'new-model': ['the files are written'],
  doctor: ['no blocking problem and no failed check', 'a blocking problem or a failed check'],
  runs: ['done, also with nothing to remove', 'a record could not be read, or a shard is missing'],
  merge: ['all records are merged', 'a record could not be read, or a shard is missing'],
};

/** The statuses that mean the same in every command. */
export const commonExits: readonly (readonly [status: string, meaning: string])[] = [
  ['2', 'not done: wrong use, nothing to do, a missing verdict or an error, which the message explains'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT (Ctrl-C) or SIGTERM; finished records are kept'],
  ['141', 'the reader of the output closed it'],
];

/**
 * Describes the exit statuses of a command in one sentence.
 *
 * @param name of the command
 * @returns empty for a command without an entry
 */
export function exitStatusHelp(name: string): string {
  const meaning = exitMeanings[name];
  if (!meaning) return '';
  const [passed, failed] = meaning;
  const parts = [`0: ${passed}`, ...(failed ? [`1: ${failed}`] : []), '2: not done', '130, 143: stopped'];
  return `\nExit status: ${parts.join('; ')}. Details: docs/commands.md#exit-statuses`;
}
