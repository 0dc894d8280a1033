// How option values that several commands take are read.
import { InvalidArgumentError } from 'commander';
import { unknownName } from '../base/errors.ts';
import { parseSetting, type Setting } from '../run/settings.ts';

/** Reads names separated by commas, each once; for Commander. */
export function commaList(text: string): string[] {
  const ids = [
    ...new Set(
      text
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    ),
  ];
  if (ids.length === 0) throw new InvalidArgumentError('at least one model is needed.');
  return ids;
}

/** Reads a whole number from `least` to 2^32 - 1; for Commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > 0xffffffff) {
      throw new InvalidArgumentError(`a whole number of at least ${least} is needed.`);
    }
    return value;
  };
}

/**
 * Refuses settings of models that do not run.
 *
 * @param modelIds those that run
 * @throws UserError naming the model and the nearest that runs
 */
export function checkSettings(settings: readonly Setting[], modelIds: readonly string[]): void {
  const unused = settings.find(({ modelId }) => !modelIds.includes(modelId));
  if (unused) throw unknownName('model in --set', unused.modelId, modelIds);
}

/** Collects settings of parameters; for Commander. */
export function collectSettings(text: string, earlier: Setting[]): Setting[] {
  return [...earlier, parseSetting(text)];
}
