// The examples of docs/data-for-programs.md: the programs run, and the fields that jq reads are in the schemas.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/base/root.ts';
import { allOutputs } from '../../src/cli/outputs/all-outputs.ts';
import { benchJson, benchOutput } from '../../src/cli/outputs/bench-output.ts';
import { type Output, printJson } from '../../src/cli/outputs/define-output.ts';
import { diffJson, diffOutput } from '../../src/cli/outputs/diff-output.ts';
import { compareRecords } from '../../src/commits/compare/compare-records.ts';
import { outcomeOf } from '../../src/commits/compare/outcome.ts';
import { schemaOf } from '../cli/read-output.ts';
import { makeFailedRecord, makeRecord, makeTruth } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const text = readFileSync(path.join(projectRoot, 'docs/data-for-programs.md'), 'utf8');
const programs = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code!);
const filters = [...text.matchAll(/^npm run -s (\S+) -- .*--json \| jq (?:-r )?'(.*)'$/gm)];
const commits = ['a'.repeat(40), 'b'.repeat(40)] as const;

afterEach(() => vi.restoreAllMocks());

/** Runs a program of the document on an output, in this process. Returns what it prints. */
async function runProgram<Fields extends z.ZodObject>(
  code: string,
  output: Output<Fields>,
  data: Parameters<typeof printJson<Fields>>[2],
): Promise<string[]> {
  const folder = await temporaryFolder();
  const [program, file] = [path.join(folder, 'program.mjs'), path.join(folder, 'output.json')];
  await writeFile(program, code);
  const printed: string[] = [];
  printJson({ out: (json) => void printed.push(json) }, output, data);
  await writeFile(file, printed[0]!);
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) => void lines.push(values.join(' ')));
  vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', program, file]);
  await import(pathToFileURL(program).href);
  return lines;
}

it('the program that reads diff prints hashes, flips and every metric with its unit', async () => {
  const [one, other] = [makeRecord({ accuracy: 0.9 }), makeRecord({ accuracy: 0.6 })];
  const named = (i: 0 | 1, record: typeof one) => ({ name: 'x', commit: commits[i], dirty: false, records: [record] });
  const labels = makeTruth();
  const { shape, splitHash } = one.dataset;
  const none = { bytes: new Uint8Array(), pixels: new Float32Array() };
  const tests = new Map([[splitHash, { count: labels.length, shape, labels, ...none }]]);
  const diff = compareRecords(named(0, one), named(1, other), { tests, tolerance: {} });
  const outcome = outcomeOf(diff, { failOn: ['accuracy'], allowMissing: false });
  const lines = await runProgram(programs[0]!, diffOutput, diffJson(diff, outcome));
  expect(lines[0]).toBe(commits.join(' '));
  // 2 * 0.5 ** 59
  expect(lines[1]).toMatch(/^cnn fixed 0, broke 59 of 200 images, p 3\.469446951953614e-18$/);
  expect(lines).toContainEqual(expect.stringMatching(/^cnn accuracy fraction 0\.875 0\.58 \S+ worse$/));
  expect(lines).toContainEqual(expect.stringMatching(/^cnn fitSeconds seconds \S+ \S+ /));
});

it('the program that reads bench prints the scores of finished fits, and failed fits', async () => {
  const records = [makeRecord({ accuracy: 0.9 }), makeFailedRecord({ model: 'knn' })];
  const end = { folder: 'results', isStopped: false, problems: [] };
  const lines = await runProgram(programs[1]!, benchOutput, benchJson(records, end));
  expect(lines).toEqual(['cnn 0 0.875 12.5', 'knn 0 failed loss is NaN after epoch 2']);
  expect(programs).toHaveLength(2);
});

it.each(filters.map(([, command, filter]) => [command!, filter!]))('the output of %s has %s', (command, filter) => {
  const schema = schemaOf(allOutputs.find(({ name }) => name === command)!);
  expect(filter).toMatch(/^(\.[a-zA-Z]+(\[\])?)+$/);
  let at: z.core.JSONSchema.BaseSchema = z.toJSONSchema(schema, { unrepresentable: 'any' });
  for (const [name, list] of [...filter.matchAll(/\.([a-zA-Z]+)(\[\])?/g)].map(
    ([, one, two]) => [one!, two] as const,
  )) {
    expect(at.properties).toHaveProperty(name);
    const field = at.properties![name] as z.core.JSONSchema.BaseSchema;
    at = list ? (field.items as z.core.JSONSchema.BaseSchema) : field;
  }
});

it('every output is in the table of the document', () => {
  for (const { name } of allOutputs) expect(text).toContain(`[${name}](schemas/${name}.json)`);
  expect(filters.length).toBeGreaterThan(3);
});
