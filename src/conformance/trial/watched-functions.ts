// The functions of the process that measure and report a fit, as they were before any model was imported.
import process from 'node:process';

type Functions = ReadonlyMap<string, unknown>;

/** Bound before a model can replace it. */
const readMember = Reflect.get;

/** Objects whose methods are compared, by the name that messages give them. Without a list of names: all methods. */
const WATCHED: readonly { name: string; object: object; members?: readonly string[] }[] = [
  {
    name: 'process',
    object: process,
    members: ['send', 'hrtime', 'cpuUsage', 'resourceUsage', 'memoryUsage', 'uptime'],
  },
  { name: 'process.hrtime', object: process.hrtime, members: ['bigint'] },
  { name: 'performance', object: performance, members: ['now', 'mark', 'measure'] },
  {
    name: 'globalThis',
    object: globalThis,
    members: [
      'process',
      'performance',
      'Date',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'structuredClone',
      'Promise',
      'Map',
      'Uint8Array',
      'Float32Array',
      'SharedArrayBuffer',
      'Atomics',
    ],
  },
  { name: 'Date', object: Date },
  { name: 'Date.prototype', object: Date.prototype },
  // The harness replaces Math.random.
  { name: 'Math', object: Math, members: Object.getOwnPropertyNames(Math).filter((name) => name !== 'random') },
  { name: 'JSON', object: JSON },
  { name: 'Object', object: Object },
  { name: 'Reflect', object: Reflect },
  { name: 'Array.prototype', object: Array.prototype },
  { name: 'Uint8Array.prototype', object: Object.getPrototypeOf(Uint8Array.prototype) as object },
  { name: 'Map.prototype', object: Map.prototype },
  { name: 'Promise.prototype', object: Promise.prototype },
];

/** Taken when this file is imported. */
const original = readFunctions();

/**
 * Lists the watched functions that have been replaced since this file was imported.
 *
 * @returns names such as `'performance.now'`; empty if all are the original ones
 */
export function replacedFunctions(): string[] {
  const current = readFunctions();
  return [...original].filter(([name, value]) => current.get(name) !== value).map(([name]) => name);
}

function readFunctions(): Functions {
  return new Map(
    WATCHED.flatMap(({ name, object, members }) =>
      (members ?? methodsOf(object)).map((member) => [`${name}.${member}`, readMember(object, member)] as const),
    ),
  );
}

/** Names of the own properties that are functions. Getters are left out: some throw when the prototype is read. */
function methodsOf(object: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, { value }]) => typeof value === 'function')
    .map(([name]) => name);
}
