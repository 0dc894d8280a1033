// A small real git repository whose `npm run bench` writes records without fitting anything, as an old commit would:
// it knows few options, no repeats, and writes the first version of the schema.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { currentCodes, sourceKey } from '../../../src/fitted/model-code.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { commit, git } from '../../fixtures/repository.ts';

/** Test images of the toy's records. */
export const TOY_IMAGES = 400;
/** The machine that the toy measures on. */
export const TOY_MACHINE = 'test-machine';

/**
 * Variables of the environment change what it does: TOY_MILLISECONDS a fit, TOY_FAIL a model, TOY_CRASH, TOY_SAY a text,
 * and TOY_CODES, the code hashes that its records of uncommitted code hold.
 */
const BENCH = `
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
const names = ['models', 'seed', 'seeds', 'benchmark', 'limit', 'set', 'out'];
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
for (const name of ['quick', 'no-report', 'skip-existing', 'help']) options[name] = { type: 'boolean' };
let given;
try {
  given = parseArgs({ options }).values;
} catch (error) {
  console.error('error: ' + error.message);
  process.exit(2);
}
if (given.help) {
  for (const name of Object.keys(options)) console.log('  --' + name + '  explained');
  process.exit(0);
}
const { TOY_LOG, TOY_MILLISECONDS = '0', TOY_FAIL, TOY_CRASH, TOY_SAY, TOY_CODES, FITTING_ROOM_MACHINE } = process.env;
if (TOY_SAY) console.error(TOY_SAY);
const log = (text) => TOY_LOG && appendFileSync(TOY_LOG, text + '\\n');
if (TOY_CRASH) throw new Error('toy crash');
let stopped = false;
process.on('SIGINT', () => { stopped = true; log('stopped'); });
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const commit = git('rev-parse', 'HEAD');
const dirty = git('status', '--porcelain', '--', 'models', 'bench.mjs') !== '';
log('run ' + commit.slice(0, 8) + ' ' + process.pid + ' ' + process.argv.slice(2).filter((_, i, all) => all[i - 1] !== '--out').join(' '));
const template = JSON.parse(readFileSync('template.json', 'utf8'));
const benchmark = given.quick ? 'quick' : given.benchmark ?? 'fashion-mnist';
const first = Number(given.seed ?? 1);
for (let seed = first; seed < first + Number(given.seeds ?? 1); seed++) {
  for (const model of (given.models ?? 'knn,svm').split(',')) {
    await new Promise((resolve) => setTimeout(resolve, Number(TOY_MILLISECONDS)));
    if (stopped) process.exit(1);
    const record = { ...template, benchmark, seed, startedAt: new Date().toISOString() };
    record.model = { ...template.model, id: model };
    if (dirty && TOY_CODES) Object.assign(record, { schemaVersion: 3, repeat: 1 });
    if (dirty && TOY_CODES) Object.assign(record.model, { codeHash: JSON.parse(TOY_CODES)[model] });
    if (dirty && TOY_CODES) Object.assign(record.resources, { energyJoules: null });
    record.machine = { ...template.machine, id: FITTING_ROOM_MACHINE ?? template.machine.id };
    record.git = { commit, dirty, branch: null, committedAt: '2026-01-01T00:00:00Z' };
    const conditions = ['limit', 'set'].filter((name) => given[name]).map((name) => '--' + name + ' ' + given[name]);
    const where = benchmark === 'fashion-mnist' ? [] : ['--benchmark ' + benchmark];
    record.command = ['npm run bench --', ...where, '--models ' + model, ...conditions, '--seed ' + seed].join(' ');
    if (TOY_FAIL === model) {
      const error = { kind: 'Error', message: 'toy failure', stack: null };
      Object.assign(record, { status: 'failed', metrics: null, timing: { totalSeconds: 1 }, predictions: null });
      Object.assign(record, { confidence: null, latency: [], error });
    }
    const variant = [...where.map(() => benchmark), ...conditions.map(() => 'abc123')].map((part) => '-' + part).join('');
    const folder = path.join(given.out, record.machine.id, commit.slice(0, 8) + (dirty ? '-dirty' : ''));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, model + '-s' + seed + variant + '.json'), JSON.stringify(record));
    log('wrote ' + model);
  }
}
process.exit(TOY_FAIL ? 1 : 0);
`;

const LOCK = { name: 'toy', lockfileVersion: 3, requires: true, packages: { '': { name: 'toy' } } };

/** A toy project and its commits. */
export interface ToyProject {
  readonly folder: string;
  /** Tagged `v1`. */
  readonly first: string;
  /** On `main`: other predictions, another version of the model `knn`. */
  readonly second: string;
}

/**
 * Makes a toy project in a folder that is there, and points the cache and the machine's name at it.
 *
 * @param folder empty
 */
export function makeToyProject(folder: string): ToyProject {
  vi.stubEnv('FITTING_ROOM_CACHE', path.join(folder, 'cache'));
  vi.stubEnv('FITTING_ROOM_MACHINE', TOY_MACHINE);
  vi.stubEnv('TOY_LOG', path.join(folder, 'log'));
  const project = path.join(folder, 'project');
  mkdirSync(path.join(project, 'models'), { recursive: true });
  mkdirSync(path.join(project, 'node_modules'));
  const put = (name: string, text: string) => writeFileSync(path.join(project, name), text);
  put('package.json', JSON.stringify({ name: 'toy', private: true, scripts: { bench: 'node bench.mjs' } }));
  put('package-lock.json', JSON.stringify(LOCK));
  put('.gitignore', 'node_modules/\n');
  put('bench.mjs', BENCH);
  for (const name of ['index', 'knn', 'svm']) put(`models/${name}.ts`, `export const name = '${name}';\n`);
  put('node_modules/ours.txt', 'ours');
  put('template.json', oldRecord(0.7));
  git(project, 'init', '--quiet', '--initial-branch', 'main');
  git(project, 'add', '.');
  const first = commit(project, 'one');
  git(project, 'tag', 'v1');
  put('models/knn.ts', "export const name = 'knn, better';\n");
  put('template.json', oldRecord(0.9));
  git(project, 'add', '.');
  const second = commit(project, 'two');
  return { folder: project, first, second };
}

/** Tells the toy the code that its models have now. */
export async function stubToyCodes(folder: string): Promise<void> {
  const ids = ['knn', 'svm'];
  const codes = await currentCodes(ids, folder);
  const entries = ids.map((id) => [id, codes.get(sourceKey(id, 'cpu'))!.codeHash]);
  vi.stubEnv('TOY_CODES', JSON.stringify(Object.fromEntries(entries)));
}

/** A record as the first version of the schema had it, measured here. */
function oldRecord(accuracy: number): string {
  const { repeat: _, resources, machine, ...record } = makeRecord({ images: TOY_IMAGES, accuracy, epochs: 0 });
  const { energyJoules: __, ...known } = resources;
  const { processor: ___, ...named } = machine;
  const here = { ...named, cpu: os.cpus()[0]!.model.trim(), cores: os.availableParallelism() };
  return JSON.stringify({ ...record, schemaVersion: 1, resources: known, machine: here });
}

/** What must stay as it is in the user's checkout: files, index, branches. */
export function stateOf(project: string): string {
  // A plain `git status` would write the index.
  const status = git(project, '--no-optional-locks', 'status', '--porcelain', '--ignored');
  const index = readFileSync(path.join(project, '.git', 'index')).toString('base64');
  const files = readdirSync(project, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('.git'))
    .map((name) => `${name} ${statSync(path.join(project, name)).mtimeMs}`);
  return [
    status,
    index,
    readFileSync(path.join(project, '.git', 'HEAD'), 'utf8'),
    git(project, 'branch'),
    ...files,
  ].join('\n');
}

/** The lines that the toy logged so far. */
export function toyLog(): string[] {
  try {
    return readFileSync(process.env['TOY_LOG']!, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
