// Records full of hostile text through every command that reads records. Nothing of it may act on an output or a file.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { createBenchProgress } from '../../src/cli/bench-progress.ts';
import { printRecords } from '../../src/cli/bench-results.ts';
import { commandGroups } from '../../src/cli/commands.ts';
import type { DoctorTools } from '../../src/cli/diagnose.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { historyCommand } from '../../src/cli/history.ts';
import { runProgram } from '../../src/cli/program.ts';
import { resultText } from '../../src/conformance/conformance-text.ts';
import { failed } from '../../src/conformance/trial/check.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FinishedRecord, FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { createFitLog } from '../../src/run/fit-log.ts';
import type { PlannedFit } from '../../src/run/run-fits.ts';
import { makeFullRecord } from '../../tools/fuzz/full-record.ts';
import { jsonProblems, markdownProblems, terminalProblems } from '../../tools/fuzz/output-checks.ts';
import { HOSTILE_NAME, HOSTILE_TEXT, hostileRecord } from '../fixtures/hostile-text.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { commit, makeRepository } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { expectSafe, expectSafeFiles, type Printed, run } from './every-command.ts';

/** Escapes of the hostile text that a reader sees. */
const VISIBLE = '\\u001b[2J';
/** A run that came to its end. */
const END = { isStopped: false, problems: [] };

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function put(name: string, ...records: FitRecord[]): Promise<string> {
  for (const [i, record] of records.entries()) {
    await writeRecord(recordPath(at(name), { ...record, variant: String(i) }), record);
  }
  return at(name);
}

/** What pairs the records of a comparison. */
const KEPT = ['benchmark', 'machine.id', 'model.id', 'git.commit', 'git.committedAt', 'startedAt'];
const ROLES = ['model.role', 'model.referenceOf'];

type Shape = Parameters<typeof makeRecord>[0];
const finished = (shape: Shape = {}, overrides: Partial<FinishedRecord> = {}): FinishedRecord =>
  hostileRecord(makeRecord(shape, overrides), [...KEPT, ...ROLES]);
const failure = () => hostileRecord(makeFailedRecord({ model: 'mlp' }), KEPT);
const unpaired = () => hostileRecord(makeRecord({ accuracy: 0.5 }), ['benchmark', 'machine.id']);

/** A record of every kind that a report shows. */
function everyKind(): FitRecord[] {
  const { model } = makeRecord({ model: 'knn-other' });
  return [
    makeFullRecord(),
    ...['references', 'engines', 'scaling'].map((benchmark) => makeRecord({ model: 'knn' }, { benchmark })),
    makeRecord({}, { benchmark: 'references', model: { ...model, role: 'reference', referenceOf: 'knn' } }),
    makeRecord({ model: 'knn-mljs' }, { benchmark: 'engines' }),
    makeRecord({ model: 'svm', seed: 1 }),
  ].map((record) => hostileRecord(record, [...KEPT, ...ROLES]));
}

/** Prints through the outputs of a command, without running one. */
function print(work: (io: ReturnType<typeof recordingIo>) => void): Printed {
  const said: Said = { out: [], err: [], code: null };
  work(recordingIo(said));
  return { out: said.out.join('\n'), err: said.err.join('\n'), code: said.code };
}

/** What is checked of each command; a new command needs an entry. */
const checks: Readonly<Record<string, () => Promise<void>>> = {
  async bench() {
    const records = [finished(), failure()];
    const fits = records.map(({ model }) => ({ job: { modelId: model.id + HOSTILE_TEXT }, facts: { repeat: 1 } }));
    const printed = print((io) => {
      const progress = createBenchProgress(2, { seeds: [1], repeats: 1 } as never, { output: true, stacks: true }, io);
      const log = createFitLog();
      for (const [i, record] of records.entries()) {
        const fit = fits[i] as unknown as PlannedFit;
        progress.started(fit, i);
        progress.progress(fit, { done: 1, total: 2, unit: HOSTILE_TEXT, detail: HOSTILE_TEXT });
        progress.printed(fit, log.add([HOSTILE_TEXT]));
        progress.ended(fit, record, { remarks: [HOSTILE_TEXT], log: { file: HOSTILE_TEXT, log } });
        progress.notKept(fit, HOSTILE_TEXT);
      }
      printRecords(records, { out: 'results' }, END, io);
    });
    expectSafe(printed);
    expect(printed.err).toContain(VISIBLE);
    expect(jsonProblems(print((io) => printRecords(records, { out: 'results', json: true }, END, io)).out)).toEqual([]);
  },
  async rerun() {
    for (const record of [hostileRecord(makeRecord()), failure()]) {
      await writeRecord(at('a.json'), record);
      const printed = await run('rerun', at('a.json'));
      expectSafe(printed);
      expect([printed.err, printed.code]).toEqual([expect.stringContaining(VISIBLE), 2]);
    }
  },
  async references() {
    // Its models and libraries are in the code; what a fit prints and its errors are shown as bench shows them.
    expectSafe(await run('references', '--models', 'knn', '--out', at('a'), `--set=knn.k=${HOSTILE_TEXT}`));
  },
  async report() {
    await put('results', ...everyKind(), failure(), unpaired());
    await writeFile(at('README.md'), 'x\n<!-- results:start -->\n<!-- results:end -->\n');
    const printed = await run(
      'report',
      '--results',
      at('results'),
      '--report',
      at('report'),
      '--readme',
      at('README.md'),
    );
    expectSafe(printed);
    expect(printed.code, printed.err).toBe(0);
    expect(await expectSafeFiles(at('report'))).toBeGreaterThan(8);
    expect(markdownProblems((await readFile(at('README.md'), 'utf8')).replaceAll(/<!-- results:\w+ -->/g, ''))).toEqual(
      [],
    );
    expect(await readFile(at('report', 'index.html'), 'utf8')).toContain(VISIBLE);
    const json = await run('report', '--results', at('results'), '--report', at('report'), '--json');
    expect(jsonProblems(json.out)).toEqual([]);
  },
  async models() {
    expect(jsonProblems((await run('models', '--json')).out)).toEqual([]);
  },
  async explore() {
    expectSafe(await run('explore', '--dataset', at(HOSTILE_NAME)));
  },
  async predict() {
    const results = await put('results', finished());
    expectSafe(await run('predict', HOSTILE_TEXT, '--results', results));
  },
  async explain() {
    const results = await put('results', finished());
    expectSafe(await run('explain', HOSTILE_TEXT, '--results', results));
  },
  async serve() {
    const results = await put('results', finished());
    expectSafe(await run('serve', '--results', results, '--models', 'svm'));
  },
  async diff() {
    const before = await put('before', finished({ accuracy: 0.95, images: 1000 }), failure(), unpaired());
    const changed = finished({ accuracy: 0.3, images: 1000, commit: 'b'.repeat(40) });
    const params = { ...changed.model.params, other: HOSTILE_TEXT };
    const after = await put('after', { ...changed, model: { ...changed.model, params } });
    const files = ['--markdown', at('out', 'a.md'), '--html', at('out', 'a.html')];
    const printed = await run('diff', before, after, ...files);
    expectSafe(printed);
    expect(printed.out).toContain(VISIBLE);
    expect(await expectSafeFiles(at('out'))).toBe(2);
    expect(jsonProblems((await run('diff', before, after, '--json')).out)).toEqual([]);
    expect(markdownProblems((await run('diff', before, after, '--markdown')).out)).toEqual([]);
  },
  async history() {
    await mkdir(at('git'));
    const commits = [...makeRepository(at('git')), commit(at('git'), HOSTILE_NAME)];
    await put('results', ...commits.map((hash, i) => finished({ commit: hash, accuracy: 0.9 - i / 10 })));
    for (const args of [[], ['cnn'], ['--json'], ['--markdown'], ['--markdown', at('out', 'a.md')]]) {
      const said: Said = { out: [], err: [], code: null };
      const io = recordingIo(said);
      const program = new Command('test').addCommand(historyCommand(io, at('git')));
      await runProgram(program, io, ['history', '--results', at('results'), ...args]);
      const out = said.out.join('\n');
      expect(terminalProblems(out)).toEqual([]);
      expect(terminalProblems(said.err.join('\n'))).toEqual([]);
      expect(said.code, said.err.join('\n')).toBe(0);
      if (args[0] === '--json') expect(jsonProblems(out)).toEqual([]);
      if (args[0] === '--markdown' && args.length === 1) expect(markdownProblems(out)).toEqual([]);
    }
    expect(await expectSafeFiles(at('out'))).toBe(1);
  },
  async runs() {
    await put('results', ...everyKind(), failure());
    for (const args of [['list'], ['prune', '--older', '1d'], ['prune', '--older', '1d', '--yes']]) {
      const printed = await run('runs', ...args, '--results', at('results'));
      expectSafe(printed);
      expect(printed.code, printed.err).toBe(0);
    }
    expect(jsonProblems((await run('runs', 'list', '--json', '--results', at('results'))).out)).toEqual([]);
  },
  async export() {
    await put('results', ...everyKind(), failure());
    for (const shape of ['wide', 'long']) {
      const args = ['export', 'results', '--results', at('results'), '--shape', shape];
      const printed = await run(...args);
      expectSafe(printed);
      expect(printed.code, printed.err).toBe(0);
      expect(printed.out).toContain(VISIBLE);
      for (const format of ['csv', 'parquet'])
        await run(...args, '--format', format, '--out', at('out', `a.${format}`));
      expect(await expectSafeFiles(at('out'))).toBe(2);
    }
    expectSafe(await run('export', 'split', HOSTILE_TEXT, '--results', at('results')));
  },
  async 'new-model'() {
    expectSafe(await run('new-model', HOSTILE_TEXT));
  },
  async doctor() {
    vi.stubEnv('FITTING_ROOM_CACHE', at('cache'));
    const engine = { name: HOSTILE_TEXT, version: HOSTILE_TEXT, backend: HOSTILE_TEXT, device: 'cpu', threads: 2 };
    const steps = { firstSeconds: 1, secondSeconds: 1, isCompiled: true };
    const trial = { ...engine, settings: { [HOSTILE_TEXT]: HOSTILE_TEXT }, steps, card: null };
    const tools = {
      ensure: async () => ({ kind: 'native', source: 'cpu', device: 'cpu', notices: [HOSTILE_TEXT], environment: {} }),
      tryEngine: async () => trial,
      loadDataset: async () => {
        throw new UserError(HOSTILE_TEXT);
      },
    } as unknown as DoctorTools;
    for (const args of [[], ['--json']]) {
      const said: Said = { out: [], err: [], code: null };
      const io = recordingIo(said);
      await runProgram(new Command('test').addCommand(doctorCommand(io, tools)), io, ['doctor', ...args]);
      expect(terminalProblems(said.out.join('\n'))).toEqual([]);
      expect(said.out.join('\n')).toContain('u001b');
      if (args.length > 0) expect(jsonProblems(said.out.join('\n'))).toEqual([]);
    }
    const check = { id: 'a', title: 'b', meaning: 'c', cure: 'd', run: async () => failed('') };
    expectSafe(print((io) => io.out(resultText({ check, finding: failed(HOSTILE_TEXT) }, 80, io.colour))));
  },
  async merge() {
    const [one, two] = [
      await put('one', finished(), failure()),
      await put('two', finished({ startedAt: '2026-02-02T00:00:00Z' })),
    ];
    await writeFile(at('two', 'broken.json'), HOSTILE_TEXT);
    for (const args of [['--dry-run'], ['--json'], []]) {
      const printed = await run('merge', one, two, '--out', at('all'), ...args);
      expectSafe(printed);
      expect(printed.code, printed.err).toBe(1);
      expect(printed.code, printed.err).toBe(1);
      if (args[0] === '--json') expect(jsonProblems(printed.out)).toEqual([]);
    }
    expect(await expectSafeFiles(at('all'))).toBe(3);
  },
};

const names = commandGroups.flatMap(({ commands }) => Object.keys(commands));

it.each(names)('%s', async (name) => {
  expect(Object.keys(checks), `add a check of ${name} to this test`).toContain(name);
  await checks[name]!();
});
