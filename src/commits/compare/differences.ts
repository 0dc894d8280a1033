// What sets two fits of one model apart besides their results: parameters, code, versions, the machine.
import type { FitRecord } from '../../results/schema.ts';
import type { Difference } from './diff-data.ts';

/** The name of the difference in a model's own source. */
export const MODEL_CODE = 'code of the model';

/**
 * Lists what differs.
 *
 * @param before one fit
 * @param after the other, of the same model
 * @returns parameters first, then the code, the data, the engine, packages, the machine
 */
export function differencesOf(before: FitRecord, after: FitRecord): Difference[] {
  const [one, other] = [factsOf(before), factsOf(after)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, before: one.get(name) ?? 'absent', after: other.get(name) ?? 'absent' }))
    .filter((fact) => fact.before !== fact.after);
}

function factsOf({ model, dataset, software, machine }: FitRecord): Map<string, string> {
  const { engine } = software;
  return new Map([
    ...Object.entries(model.params).map(([name, value]): [string, string] => [`parameter ${name}`, String(value)]),
    [MODEL_CODE, model.sourceHash.slice(0, 12)],
    ['split', dataset.splitHash.slice(0, 12)],
    ['data', Object.values(dataset.files).join(' ').slice(0, 12)],
    ['images', `${dataset.train} to fit, ${dataset.validation} to validate, ${dataset.test} to test`],
    ['engine', [engine.name, engine.version, engine.backend].filter((part) => part !== null).join(' ')],
    ['device', engine.device],
    ['threads', String(engine.threads)],
    ...Object.entries(engine.settings ?? {}),
    ['Node', software.node],
    ...Object.entries(software.packages),
    ['machine', machine.id],
    ['processor', `${machine.cpu}, ${machine.cores} cores`],
    ['operating system', machine.os],
    ['graphics processor', machine.gpu ? `${machine.gpu.model}, driver ${machine.gpu.driver}` : 'none'],
  ]);
}
