// Records of older versions of the schema, made into what the present code reads.

/** A record of a version of its own: fields that no step mentions are passed on as they are. */
type Json = Readonly<Record<string, unknown>>;

/** The step at place i makes version i + 2 of version i + 1. A step is never changed: records of its time still exist. */
const STEPS: readonly ((record: Json) => Json)[] = [
  // Version 2 tells repeats of a fit apart and has a field for energy. The first records of version 1 have no role: all
  // were of models.
  (record) => ({
    ...record,
    repeat: 1,
    model: withDefaults(record['model'], { role: 'competitor' }),
    resources: withDefaults(record['resources'], { energyJoules: null }),
  }),
  // Version 3 renames: a competitor is a model, a peer a reference implementation, attention gradCam.
  ({ attention, ...record }) => ({
    ...record,
    ...(attention !== undefined && { gradCam: attention }),
    ...(record['benchmark'] === 'peers' && { benchmark: 'references' }),
    model: isObject(record['model']) ? renameRole(record['model']) : record['model'],
  }),
];

/** The version that the steps lead to. */
export const LATEST_VERSION = STEPS.length + 1;

/**
 * Brings a record to the latest version.
 *
 * @param value any JSON value
 * @returns a copy; the value itself when it is no record, of the latest version, or of one to come
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

/** Adds what an object lacks; what is no object is left for the check to name. */
function withDefaults(value: unknown, defaults: Json): unknown {
  return isObject(value) ? { ...defaults, ...value } : value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
