// The conditions under which fits were measured, and where the fits of a comparison differ in them.

import { groupBy } from '../../base/group-by.ts';
import { formatAdapter, formatSettings } from '../../document/engine-text.ts';
import { bytes, duration, integer, list } from '../../document/format.ts';
import { processorName } from '../../results/machine-identity.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { Fact } from './part-data.ts';

/** The facts in the order of the report. null: not known for this fit; undefined: does not apply to this fit. */
const FACTS: readonly (readonly [name: string, value: (record: FitRecord) => string | null | undefined])[] = [
  ['benchmark', ({ benchmark }) => benchmark],
  ['data set', ({ dataset }) => dataset.name],
  [
    'images',
    ({ dataset: { train, validation, test } }) =>
      `${integer(train)} to fit, ${integer(validation)} to validate, ${integer(test)} to test`,
  ],
  [
    'image size',
    ({ dataset: { shape } }) =>
      `${shape.height} x ${shape.width}, ${shape.channels} channel${shape.channels === 1 ? '' : 's'}`,
  ],
  ['normalisation', ({ dataset }) => dataset.normalization],
  ['split hash', ({ dataset }) => dataset.splitHash],
  ['machine', ({ machine }) => machine.id],
  ['processor', ({ machine }) => processorName(machine)],
  ['instruction sets', ({ machine }) => machine.processor?.instructionSets?.join(', ') ?? null],
  ['cores', ({ machine }) => String(machine.cores)],
  ['memory', ({ machine }) => bytes(machine.memoryBytes)],
  [
    'graphics processor',
    ({ machine: { gpu } }) => (gpu ? `${gpu.model}, ${bytes(gpu.memoryBytes)}, driver ${gpu.driver}` : 'none'),
  ],
  ['operating system', ({ machine }) => machine.os],
  ['Node', ({ software }) => software.node],
  [
    'engine',
    ({ software: { engine } }) =>
      [engine.name, engine.version, engine.backend === null ? null : `(backend ${engine.backend})`]
        .filter((part) => part !== null)
        .join(' '),
  ],
  ['device', ({ software }) => software.engine.device],
  ['WebGPU adapter', ({ software: { engine } }) => engine.adapter && formatAdapter(engine.adapter)],
  ['threads', ({ software }) => String(software.engine.threads)],
  ['engine settings', ({ software: { engine } }) => (engine.settings ? formatSettings(engine.settings) : undefined)],
  ['data hidden from fits', ({ software }) => (software.isRestricted ? 'yes' : undefined)],
  [
    'commit',
    ({ git }) => (git ? git.commit + (git.dirty ? ', with uncommitted changes' : '') : 'outside a git checkout'),
  ],
  ['seed', ({ seed }) => String(seed)],
  ['started', ({ startedAt }) => `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
];

/**
 * Compares the conditions of fits.
 *
 * @param records at least one, of one comparison
 * @returns what holds for all, and what differs, with the models of each value
 */
export function compareConditions(records: readonly FitRecord[]): { conditions: Fact[]; differences: Fact[] } {
  const conditions: Fact[] = [];
  const differences: Fact[] = [];
  const facts = [...FACTS, ...fileFacts(records), ...packageFacts(records)];
  for (const [name, readFact] of facts) {
    const concerned = records.filter((record) => readFact(record) !== undefined);
    if (concerned.length === 0) continue;
    const owners = groupBy(concerned, (record) => readFact(record) ?? 'unknown');
    const values = [...owners.keys()];
    if (values.length === 1) conditions.push({ name, value: values[0]! });
    // Starts always differ: their range is a condition.
    else if (name === 'started') conditions.push({ name, value: range(values) });
    else differences.push({ name, value: values.map((value) => withOwners(value, owners.get(value)!)).join('; ') });
  }
  const total = records.reduce((sum, { timing }) => sum + timing.totalSeconds, 0);
  conditions.push({ name: 'time of all fits', value: duration(total) });
  return { conditions, differences };
}

function withOwners(value: string, records: readonly FitRecord[]): string {
  return `${value} (${list([...new Set(records.map(({ model }) => model.id))])})`;
}

function range(values: readonly string[]): string {
  const sorted = values.toSorted();
  return `${sorted[0]} to ${sorted.at(-1)}`;
}

function fileFacts(records: readonly FitRecord[]) {
  const names = new Set(records.flatMap(({ dataset }) => Object.keys(dataset.files)));
  return Array.from(
    names,
    (name) => [`SHA-256 of ${name}`, ({ dataset }: FitRecord) => dataset.files[name] ?? null] as const,
  );
}

/** Each reference implementation has the packages of its library only. */
function packageFacts(records: readonly FitRecord[]) {
  const names = (role: FitRecord['model']['role']): Set<string> =>
    new Set(
      records.filter(({ model }) => model.role === role).flatMap(({ software }) => Object.keys(software.packages)),
    );
  const ours = Array.from(
    names('model'),
    (name) =>
      [
        name,
        ({ model, software }: FitRecord) => (model.role === 'model' ? (software.packages[name] ?? null) : undefined),
      ] as const,
  );
  const theirs = Array.from(
    names('reference'),
    (name) =>
      [
        `${name} of references`,
        ({ model, software }: FitRecord) => (model.role === 'reference' ? software.packages[name] : undefined),
      ] as const,
  );
  return [...ours, ...theirs];
}
