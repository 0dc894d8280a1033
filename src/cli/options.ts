// Parses option values that several commands have, and lists what they can name.
import { InvalidArgumentError, Option } from 'commander';
import { UserError, unknownName } from '../base/errors.ts';
import { wrapText } from '../document/wrap-text.ts';
import { metricIds } from '../metrics/find-metric.ts';
import { parseSetting, type Setting } from '../run/settings.ts';

/** Characters in a line of help. */
const HELP_COLUMNS = 100;

/** Lists every metric that an option or an argument can name, for the end of a help text. */
export function metricList(): string {
  return wrapText(`Metrics: ${metricIds().join(', ')}.`, HELP_COLUMNS, '  ');
}

/**
 * Creates the option --json.
 *
 * @param what it prints
 */
export function jsonOption(what = 'the result'): Option {
  return new Option('--json', `print ${what} as JSON (npm run -s leaves out npm's header)`);
}

/** Parses names separated by commas and drops repeated ones. For Commander. */
export function commaList(text: string): string[] {
  const ids = [
    ...new Set(
      text
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    ),
  ];
  if (ids.length === 0) throw new InvalidArgumentError('expected at least one name.');
  return ids;
}

/** Creates a parser of whole numbers from `least` to 2^32 - 1. For Commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > 0xffffffff) {
      throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/**
 * Checks that all settings are of models that run.
 *
 * @param modelIds the models that run
 * @throws UserError that names the other model and the most similar one that runs
 */
export function checkSettings(settings: readonly Setting[], modelIds: readonly string[]): void {
  const unused = settings.find(({ modelId }) => !modelIds.includes(modelId));
  if (unused) throw unknownName('model in --set', unused.modelId, modelIds);
}

/**
 * Adds the setting of a parameter to the earlier ones. For Commander.
 *
 * @throws UserError when there is a value of this parameter already
 */
export function collectSettings(text: string, earlier: Setting[]): Setting[] {
  const setting = parseSetting(text);
  const { modelId, param } = setting;
  const before = earlier.find((one) => one.modelId === modelId && one.param === param);
  if (before) {
    const name = `${modelId}.${param}`;
    throw new UserError(`--set gives ${name} two values: ${before.text} and ${setting.text}; give one`);
  }
  return [...earlier, setting];
}
