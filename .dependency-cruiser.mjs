// The rooms of the code and the rules for imports between them. `npm run check` and `npm run rooms` apply them.

/**
 * A folder, or the one file that authors read first.
 * @typedef {object} Room
 * @property {string} path
 * @property {string} tier the row of the README's map that lists it
 * @property {string} holds what is in it, for the map in the README
 * @property {readonly string[]} [imports] the rooms it may import; without it, every room listed above it
 * @property {string} [why] why the list of imports is that short
 * @property {readonly string[]} [folders] its folders, bottom to top: each may import only those before it; `.` stands
 *   for the files of the room itself
 */

const author = 'src/types.ts';

/**
 * Every room, bottom to top. A room may import only rooms above it in this list.
 * @type {readonly Room[]}
 */
export const rooms = [
  { path: 'src/base', tier: 'Foundations', holds: 'errors, files, the cache folder, random numbers' },
  { path: author, tier: 'Foundations', holds: 'the adapter interface: read this first', imports: ['src/base'] },
  { path: 'src/stats', tier: 'Foundations', holds: 'intervals, tests and distributions', imports: ['src/base'] },
  { path: 'src/git', tier: 'Foundations', holds: 'reading commits', imports: ['src/base'] },
  {
    path: 'src/document',
    tier: 'Foundations',
    holds: 'formatters, tables, HTML pages, SVG charts',
    imports: [author, 'src/base', 'src/stats'],
    why: 'The document kit knows nothing of records, models or engines, so every output can use it.',
  },
  {
    path: 'src/results',
    tier: 'Records',
    holds: 'records: schema, migration, reading, writing, merging',
    imports: [author, 'src/base', 'src/git', 'src/document'],
    why: 'A record is plain data. It must stay readable without the code that measured it.',
  },
  {
    path: 'src/metrics',
    tier: 'Records',
    holds: 'scores as scikit-learn defines them: one file and one list entry per metric',
    imports: [author, 'src/base', 'src/stats', 'src/document', 'src/results'],
    why: 'Metrics are computed from labels and predictions alone.',
  },
  { path: 'src/data', tier: 'Learning', holds: 'datasets: sources, checksums, IDX files, splits' },
  {
    path: 'src/engine',
    tier: 'Learning',
    holds: 'TensorFlow and WebGPU: installing, devices, networks, training',
    folders: ['runtime', 'training', 'compile', 'webgpu', 'network', 'trial', 'provision'],
    imports: [author, 'src/base', 'src/document', 'src/data'],
    why: 'The engine trains networks for anyone. It knows nothing of records or of the harness.',
  },
  {
    path: 'src/solvers',
    tier: 'Learning',
    holds: 'kernel SVM, forests, boosting, exact neighbours, L-BFGS',
    folders: ['.', 'boosting', 'forest', 'svm'],
    imports: [author, 'src/base', 'src/stats', 'src/data', 'src/engine'],
    why: 'Solvers work on arrays. They know nothing of records or of the harness.',
  },
  { path: 'src/fitted', tier: 'Harness', holds: 'the store of fitted models in the cache' },
  { path: 'src/run', tier: 'Harness', holds: 'the harness: clock, child processes, time limits, planning' },
  {
    path: 'src/commits',
    tier: 'Results',
    holds: 'comparing commits, their history, measuring another commit',
    folders: ['compare', 'history', 'measure'],
    imports: [
      author,
      'src/base',
      'src/stats',
      'src/git',
      'src/document',
      'src/results',
      'src/metrics',
      'src/data',
      'src/fitted',
    ],
    why: 'Commits are compared by their records. What the harness or the engine knows must be in the record.',
  },
  {
    path: 'src/report',
    tier: 'Results',
    holds: 'the report: its data, its sections, its charts, Markdown, HTML and terminal output',
    folders: ['model', 'charts', 'sections', 'render'],
    imports: [
      author,
      'src/base',
      'src/stats',
      'src/git',
      'src/document',
      'src/results',
      'src/metrics',
      'src/data',
      'src/commits',
    ],
    why: 'A report is made from records. What the harness or the engine knows must be in the record.',
  },
  {
    path: 'src/explore',
    tier: 'Results',
    holds: 'what is in the data: classes, near-duplicates, likely label errors',
    folders: ['.', 'sections'],
    imports: [author, 'src/base', 'src/stats', 'src/document', 'src/results', 'src/data', 'src/engine', 'src/solvers'],
    why: 'The exploration describes the data before any model is fitted.',
  },
  {
    path: 'src/export',
    tier: 'Results',
    holds: 'tables of records and the labels of splits, as CSV and Parquet',
    imports: [author, 'src/base', 'src/document', 'src/results', 'src/metrics', 'src/data'],
    why: 'What other programs read is made from records and data alone.',
  },
  {
    path: 'src/conformance',
    tier: 'Authors',
    holds: 'the conformance checks that every adapter passes',
    folders: ['trial', 'checks', '.'],
  },
  {
    path: 'src/new-model',
    tier: 'Authors',
    holds: 'templates for a new adapter',
    folders: ['templates', '.'],
    imports: [author, 'src/base', 'src/document', 'src/engine', 'src/solvers'],
    why: 'A template is an adapter, so it sees what adapters see.',
  },
  {
    path: 'src/app',
    tier: 'Interfaces',
    holds: 'pictures, predictions, the local page, the page that classifies in a browser',
    folders: ['pictures', 'predict', 'try', 'serve'],
  },
  {
    path: 'src/browser',
    tier: 'Interfaces',
    holds: 'the scripts of the pages, which run in a browser',
    imports: [author, 'src/base', 'src/document', 'src/app'],
    why: 'These scripts run in a browser, where neither Node nor the engine exists.',
  },
  {
    path: 'src/terminal',
    tier: 'Interfaces',
    holds: 'progress, printing, Ctrl-C',
    imports: [author, 'src/base', 'src/document'],
    why: 'The terminal shows text that others wrote.',
  },
  {
    path: 'src/references',
    tier: 'Interfaces',
    holds: 'our models alternating with reference implementations in Python',
  },
  {
    path: 'models',
    tier: 'Lists',
    holds: 'the models: one adapter per file, and their list',
    imports: [author, 'src/base', 'src/data', 'src/engine', 'src/solvers'],
    why: 'An adapter sees the adapter interface, the engine and the solvers. The harness owns clock, split, seed and metrics.',
  },
  {
    path: 'benchmarks',
    tier: 'Lists',
    holds: 'the benchmarks and the published results: data only',
    imports: [author, 'src/base'],
    why: 'Benchmarks are data: what is measured, written with the types of src/types.ts and src/base.',
  },
  {
    path: 'src/cli',
    tier: 'Programs',
    holds: 'the commands; the only room that imports the lists of models and benchmarks',
    folders: ['outputs', '.'],
  },
  {
    path: 'tools',
    tier: 'Programs',
    holds: 'Python programs of the reference implementations, profiler, GPU check, fuzzers and simulations',
    folders: ['profile', 'gpu-check', 'fuzz', '.'],
  },
];

/** Matches the room's path and everything inside it. */
const inside = (path) => (path.endsWith('.ts') ? `^${path.replace('.', '\\.')}$` : `^${path}/`);

/** Matches the files of a folder without those of its subfolders. */
const directlyIn = (path) => `^${path}/[^/]+$`;

const everyFolder = rooms.flatMap(({ path, folders }) =>
  folders
    ? folders.map((folder) => (folder === '.' ? directlyIn(path) : directlyIn(`${path}/${folder}`)))
    : [path.endsWith('.ts') ? inside(path) : directlyIn(path)],
);
const code = '^(src|models|benchmarks|tools)/';

/** One rule per room, derived from the list. */
const roomRules = rooms.map(({ path, imports, why }, index) => {
  const allowed = imports ?? rooms.slice(0, index).map((room) => room.path);
  return {
    name: `imports-of-${path}`,
    severity: 'error',
    comment:
      `${path} may import ${allowed.join(', ') || 'no other room'}. ` +
      `${why ?? 'A room imports only rooms below it; the list of rooms is in .dependency-cruiser.mjs.'} ` +
      'Move what both need into a lower room, or pass the value in as an argument.',
    from: { path: inside(path) },
    to: { path: code, pathNot: [inside(path), ...allowed.map(inside)] },
  };
});

/** One rule per folder of a room that has several, derived from their order. */
const folderRules = rooms.flatMap(({ path, folders = [] }) =>
  folders.slice(0, -1).map((folder, index) => ({
    name: `imports-of-${folder === '.' ? path : `${path}/${folder}`}-within-${path}`,
    severity: 'error',
    comment:
      `The folders of ${path} in their order, bottom to top: ${folders.join(', ')}. Each imports only those before it. ` +
      'Move what both need into the lower folder.',
    from: { path: folder === '.' ? directlyIn(path) : inside(`${path}/${folder}`) },
    to: {
      path: folders.slice(index + 1).map((later) => (later === '.' ? directlyIn(path) : inside(`${path}/${later}`))),
    },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle-of-files',
      severity: 'error',
      comment:
        'These files import each other in a circle, type imports included, so none can be read or tested alone. ' +
        'Move what they share into a third file that imports neither.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-file-is-in-a-room',
      severity: 'error',
      comment:
        'The list of rooms in .dependency-cruiser.mjs lacks the folder of this file. Add it after all that it imports.',
      from: { path: code, pathNot: everyFolder },
      to: {},
    },
    {
      name: 'no-tests-in-the-program',
      severity: 'error',
      comment: 'The program must run without its tests. Move what both need into src.',
      from: { path: '^(src|models|benchmarks)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-dependencies-in-the-program',
      severity: 'error',
      comment: 'This package is listed under devDependencies, but the program needs it. List it under dependencies.',
      from: { path: '^(src|models|benchmarks)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    {
      name: 'imports-must-resolve',
      severity: 'error',
      comment: 'The imported file or package does not exist. Correct the path, or install the package.',
      from: {},
      to: { couldNotResolve: true },
    },
    ...roomRules,
    ...folderRules,
  ],
  options: {
    // Type imports count: a type, too, ties two rooms together.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '^test/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
