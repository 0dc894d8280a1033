import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { reportCommand } from '../../src/cli/report.ts';
import { currentCodes, sourceKey } from '../../src/fitted/model-code.ts';
import { writeRecord } from '../../src/results/write.ts';
import { contradict } from '../../tools/fuzz/contradictions.ts';
import { makeFullRecord } from '../../tools/fuzz/full-record.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { readOutput } from './read-output.ts';

let folder: string;
let said: Said;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-report-'));
  said = { out: [], err: [], code: null };
});
afterEach(() => rm(folder, { recursive: true }));

function at(...parts: string[]): string {
  return path.join(folder, ...parts);
}

async function report(...args: string[]): Promise<void> {
  const io = recordingIo(said);
  await reportCommand(io).parseAsync(['--results', at('results'), '--report', at('report'), ...args], { from: 'user' });
}

test('renders the report and the table of the README', async () => {
  await writeRecord(at('results', 'a.json'), makeRecord());
  await writeFile(at('README.md'), 'x\n<!-- results:start -->\n<!-- results:end -->\n');
  await report('--readme', at('README.md'));
  expect(said).toEqual({
    out: [`wrote ${at('report', 'README.md')}`, `wrote ${at('report', 'index.html')}`, `wrote ${at('README.md')}`],
    // The records are of images that nobody has.
    err: [expect.stringMatching(/^left out: pictures, .* its test images are not in the cache$/)],
    code: 0,
  });
  expect(await readFile(at('README.md'), 'utf8')).toMatch(
    /\| cnn \(measured at an earlier version of the model's code\) \| \d+\.\d\d ± /,
  );
});

test('marks the rows of models whose code has changed since', async () => {
  const codes = await currentCodes(['knn']);
  const made = makeRecord({ model: 'knn' });
  const current = { ...made, model: { ...made.model, sourceHash: codes.get(sourceKey('knn', 'cpu'))!.sourceHash } };
  await writeRecord(at('results', 'a.json'), current);
  await writeRecord(at('results', 'b.json'), makeRecord({ model: 'svm' }));
  await writeRecord(at('results', 'c.json'), makeRecord({ model: 'svm-scikit-learn', role: 'reference' }));
  await report('--json');
  const [{ rows }] = readOutput(said.out.join('\n')).comparisons;
  const marks = rows.map(({ modelId, isCurrent }: { modelId: string; isCurrent: boolean }) => [modelId, isCurrent]);
  // Reference implementations have no source hash.
  expect(Object.fromEntries(marks)).toEqual({ knn: true, svm: false, 'svm-scikit-learn': true });
});

test('names records that cannot be read, and goes on', async () => {
  await writeRecord(at('results', 'a.json'), makeRecord());
  await writeFile(at('results', 'b.json'), '{"half":');
  await report();
  expect(said.err).toContainEqual(expect.stringMatching(/^left out: .*b\.json: /));
  expect(said.code).toBe(0);
});

test('names records that contradict themselves, and goes on', async () => {
  await writeRecord(at('results', 'a.json'), makeRecord());
  const lie = contradict(makeFullRecord({ model: 'knn' }), {
    what: 'an accuracy of 1',
    at: 'metrics.accuracy',
    to: () => 1,
  });
  await writeFile(at('results', 'b.json'), JSON.stringify(lie));
  await report('--json');
  expect(said.err[0]).toMatch(/^left out: .*b\.json: metrics\.accuracy: 1; the confusion matrix gives 0\./);
  const [{ rows }] = readOutput(said.out.join('\n')).comparisons;
  expect(rows.map(({ modelId }: { modelId: string }) => modelId)).toEqual(['cnn']);
});

test('reports the newest fit of a kind on each machine, a failure too', async () => {
  const day = (n: number) => `2026-01-0${n}T00:00:00Z`;
  await writeRecord(at('results', 'a.json'), makeRecord({ startedAt: day(1) }));
  await writeRecord(at('results', 'b.json'), makeFailedRecord({ startedAt: day(2) }));
  await writeRecord(at('results', 'c.json'), makeRecord({ startedAt: day(1), machine: 'other' }));
  await report('--json');
  const { comparisons } = readOutput(said.out.join('\n'));
  expect(
    comparisons.map(({ machineId, rows }: never) => [machineId, (rows as { status: string }[])[0]!.status]),
  ).toEqual([
    ['test-machine', 'failed'],
    ['other', 'ok'],
  ]);
  await report('--machine', 'other', '--json');
  expect(readOutput(said.out.at(-1)!).comparisons).toHaveLength(1);
});

test('nothing to report, or an unknown name, is the user’s fault', async () => {
  await expect(report()).rejects.toThrow(/cannot read records/);
  await writeFile(at('README.md'), 'no marks');
  await writeRecord(at('results', 'a.json'), makeRecord());
  await expect(report('--machine', 'test-machin')).rejects.toThrow(
    /unknown machine: "test-machin"; did you mean "test-machine"/,
  );
  await expect(report('--benchmark', 'none')).rejects.toThrow(UserError);
  await expect(report('--readme', at('README.md'))).rejects.toThrow(/no place for the results/);
  await expect(report('--readme', at('missing.md'))).rejects.toThrow(/cannot read/);
});

test('a folder of nothing but unreadable records says so', async () => {
  await writeRecord(at('results', 'a.json'), makeRecord());
  await writeFile(at('results', 'a.json'), '');
  await expect(report()).rejects.toThrow(/nothing to report: no readable record/);
});
