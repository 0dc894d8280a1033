// Applies the user's parameters (`--set model.param=value`) to a model's defaults, checked by type.
import { UserError, unknownName } from '../base/errors.ts';
import type { ModelAdapter, Params, ParamValue } from '../types.ts';

/** The value of one `--set`, not yet checked against its model. */
export interface Setting {
  readonly modelId: string;
  readonly param: string;
  readonly text: string;
}

/**
 * Reads `model.param=value`.
 *
 * @throws UserError if the text has another form
 */
export function parseSetting(text: string): Setting {
  const match = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(text);
  if (!match) throw new UserError(`--set takes model.param=value, e.g. knn.k=7; given: "${text}"`);
  return { modelId: match[1]!, param: match[2]!, text: match[3]! };
}

/**
 * Applies changes to a model's default parameters. Each value is checked against the type of its default.
 *
 * @param adapter the model
 * @param changes values by parameter, from a benchmark's definition
 * @param settings of the user; they override `changes`, and those of other models are ignored
 * @returns all parameters of the model
 * @throws UserError if a parameter is unknown or its value has the wrong type
 */
export function applyParams(adapter: ModelAdapter, changes: Params, settings: readonly Setting[]): Params {
  const params: Record<string, ParamValue> = { ...adapter.params };
  const known = (param: string): ParamValue => {
    const value = adapter.params[param];
    if (value === undefined) throw unknownName(`parameter of ${adapter.id}`, param, Object.keys(adapter.params));
    return value;
  };
  for (const [param, value] of Object.entries(changes)) {
    known(param);
    params[param] = value;
  }
  for (const { modelId, param, text } of settings) {
    if (modelId === adapter.id) params[param] = parseValue(`${modelId}.${param}`, text, known(param));
  }
  return params;
}

function parseValue(name: string, text: string, fallback: ParamValue): ParamValue {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  switch (typeof fallback) {
    case 'number':
      if (Number.isFinite(number)) return number;
      throw new UserError(`${name} takes a number; given: "${text}" (default ${fallback})`);
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new UserError(`${name} takes true or false; given: "${text}" (default ${fallback})`);
    default:
      // Some parameters are a name or a number ("scale" or 0.02); the model checks the value.
      return Number.isFinite(number) ? number : text;
  }
}
