// Migrates records of older schema versions to the latest one.

/** A record of any version. Fields that a step does not mention are copied unchanged. */
type Json = Readonly<Record<string, unknown>>;

/** What version 4 called instruction sets. Those that the engine does not use are gone. */
const INSTRUCTION_SETS: Readonly<Record<string, readonly string[]>> = {
  AMX: ['AVX-512', 'bf16', 'AMX'],
  'AVX-512 BF16': ['AVX-512', 'bf16'],
  'AVX-512 VNNI': ['AVX-512'],
  'AVX2 + FMA': ['AVX2'],
};

/** The step at index i migrates version i + 1 to version i + 2. A step is never changed, because records of its version exist. */
const STEPS: readonly ((record: Json) => Json)[] = [
  // Version 2 adds repeat and energyJoules. The first records of version 1 have no role: all were of our models.
  (record) => ({
    ...record,
    repeat: 1,
    model: withDefaults(record['model'], { role: 'competitor' }),
    resources: withDefaults(record['resources'], { energyJoules: null }),
  }),
  // Version 3 renames: competitor becomes model, peer becomes reference, attention becomes gradCam. It also allows metrics
  // that are not in the schema.
  ({ attention, ...record }) => ({
    ...record,
    ...(attention !== undefined && { gradCam: attention }),
    ...(record['benchmark'] === 'peers' && { benchmark: 'references' }),
    model: isObject(record['model']) ? renameRole(record['model']) : record['model'],
  }),
  // Version 4 adds cautions, and whether the process of the fit was restricted.
  (record) => ({ ...record, cautions: [], software: withDefaults(record['software'], { isRestricted: false }) }),
  // Version 5 adds machine.processor, which holds the instruction sets that were in software.engine.
  (record) => {
    const engine = isObject(record['software']) ? record['software']['engine'] : undefined;
    if (!isObject(record['software']) || !isObject(engine) || !isObject(record['machine'])) return record;
    const { instructionSet, ...others } = engine;
    if (instructionSet === undefined) return record;
    const instructionSets = INSTRUCTION_SETS[String(instructionSet)] ?? [instructionSet];
    return {
      ...record,
      machine: { ...record['machine'], processor: { instructionSets } },
      software: { ...record['software'], engine: others },
    };
  },
];

/** The version that the last step produces. */
export const LATEST_VERSION = STEPS.length + 1;

/**
 * Migrates a record to the latest version.
 *
 * @param value any JSON value
 * @returns a migrated copy; the value itself when it is no record, or of the latest version or a newer one
 */
export function migrateRecord(value: unknown): unknown {
  if (!isObject(value)) return value;
  const version = value['schemaVersion'];
  if (!Number.isInteger(version) || (version as number) < 1 || (version as number) >= LATEST_VERSION) return value;
  const migrated = STEPS.slice((version as number) - 1).reduce((record, step) => step(record), value);
  return { ...migrated, schemaVersion: LATEST_VERSION };
}

const ROLES: Readonly<Record<string, string>> = { competitor: 'model', peer: 'reference' };

function renameRole({ peerOf, ...model }: Json): Json {
  const role = ROLES[String(model['role'])] ?? model['role'];
  return { ...model, role, ...(peerOf !== undefined && { referenceOf: peerOf }) };
}

/** Adds missing fields to an object. Any other value is returned unchanged, for the check to report. */
function withDefaults(value: unknown, defaults: Json): unknown {
  return isObject(value) ? { ...defaults, ...value } : value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
