// `node --import ./bin/typescript.mjs tools/many-records.ts FOLDER`: makes a repository of many commits with a record of each model at each, and times
// the commands that read records.
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { fashionMnist } from '../benchmarks/fashion-mnist.ts';
import { createRandom, type Random } from '../src/base/random.ts';
import { projectRoot } from '../src/base/root.ts';
import { wholeNumber } from '../src/cli/options.ts';
import { describeError, runProgram } from '../src/cli/program.ts';
import { findTestImages } from '../src/data/test-images.ts';
import { withCodeIndex } from '../src/fitted/code-index.ts';
import { calibrationRange } from '../src/metrics/calibration-range.ts';
import { score } from '../src/metrics/score.ts';
import { checkRecord } from '../src/results/check.ts';
import { decodeConfidence, decodeLabels, encodeLabels } from '../src/results/encode.ts';
import { recordPath } from '../src/results/path.ts';
import { readRecord } from '../src/results/read.ts';
import { type FinishedRecord, isFinished } from '../src/results/schema.ts';
import type { Io } from '../src/terminal/io.ts';
import { terminalIo, watchProcess } from '../src/terminal/terminal-io.ts';

/** The committed records that the others are made of. */
const MODELS = path.join('results', 'amd-epyc-2-cores', 'e2338205');
/** Every second commit changes one model, every twentieth a file that all of them use; the others change a document. */
const [EDIT_MODEL, EDIT_SHARED] = [2, 20];
const SHARED_FILE = 'src/base/random.ts';
/** Images of each record whose prediction differs from that of the committed record. */
const CHANGED_IMAGES = 60;
const FIRST_COMMIT = Date.UTC(2027, 0, 1);
const HOURS = 4;

interface Options {
  readonly commits: number;
}

interface MadeCommit {
  readonly hash: string;
  readonly time: Date;
}

function manyRecordsCommand(io: Io): Command {
  return new Command('many-records')
    .description('make a repository with many records, and time the commands that read them')
    .argument('<folder>', 'of the repository, which is made if it is not there')
    .option('--commits <n>', 'commits with records of eight models each', wholeNumber(2), 500)
    .action(async (folder: string, { commits }: Options) => {
      const isThere = await stat(folder).catch(() => null);
      if (!isThere) await makeProject(folder, commits);
      timeCommands(folder, io);
      io.exit(0);
    });
}

/** Clones this project and adds commits and records. The newer half of the records has code hashes, as records have now. */
async function makeProject(folder: string, commits: number): Promise<void> {
  run(projectRoot, 'git', ['clone', '--quiet', projectRoot, path.resolve(folder)]);
  await symlink(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  const made = await makeCommits(folder, commits);
  const originals = await Promise.all(
    fashionMnist.models.map(async (id) => readRecord(path.join(projectRoot, MODELS, `${id}-s1.json`))),
  );
  const truth = (await findTestImages(originals[0]!.dataset))?.labels;
  if (!truth) throw new Error('no test images: npm run bench -- --models majority prepares them');
  const random = createRandom(1);
  await withCodeIndex(path.resolve(folder), async (index) => {
    for (const [i, { hash, time }] of made.entries()) {
      const code = await index.at(hash);
      for (const original of originals.filter(isFinished)) {
        const record = vary(original, truth, random);
        const codeHash = i < made.length / 2 ? undefined : (await code?.of(record.model.id, 'cpu'))?.codeHash;
        const own = {
          ...record,
          startedAt: new Date(time.getTime() + 60_000).toISOString(),
          git: { commit: hash, dirty: false, branch: 'main', committedAt: zoned(time) },
          model: { ...record.model, ...(codeHash !== undefined && { codeHash }) },
        };
        const file = recordPath(path.join(folder, 'results-of-all'), own);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, `${JSON.stringify(checkRecord(own), null, 2)}\n`);
      }
    }
  });
}

/** Adds commits to the checked-out branch. */
async function makeCommits(folder: string, commits: number): Promise<MadeCommit[]> {
  const files = new Map<string, string>();
  const append = async (file: string, text: string): Promise<string> => {
    const content = files.get(file) ?? (await readFile(path.join(folder, file), 'utf8'));
    files.set(file, content + text);
    return `M 100644 inline ${file}\n${data(content + text)}`;
  };
  const head = run(folder, 'git', ['rev-parse', 'HEAD']);
  const branch = run(folder, 'git', ['symbolic-ref', 'HEAD']);
  const made: Date[] = [];
  const stream: string[] = [];
  for (let i = 0; i < commits; i++) {
    const time = new Date(FIRST_COMMIT + i * HOURS * 3_600_000);
    const model = fashionMnist.models[Math.floor(i / EDIT_MODEL) % fashionMnist.models.length]!;
    const source = i % EDIT_SHARED === 1 ? SHARED_FILE : i % EDIT_MODEL === 0 ? `models/${model}.ts` : null;
    const change = source
      ? await append(source, `globalThis.name = "revision ${i}";\n`)
      : await append('CHANGELOG.md', `- Change ${i}.\n`);
    const who = `committer a <a@b.c> ${time.getTime() / 1000} +0000\n`;
    const from = i === 0 ? `from ${head}\n` : '';
    stream.push(
      `commit ${branch}\nmark :${i + 1}\n${who}${data(`Change ${source ?? 'a document'}, ${i}`)}${from}${change}\n`,
    );
    made.push(time);
  }
  run(folder, 'git', ['fast-import', '--quiet'], stream.join(''));
  run(folder, 'git', ['reset', '--quiet', '--hard']);
  const hashes = run(folder, 'git', ['rev-list', '--reverse', `${head}..HEAD`]).split('\n');
  return made.map((time, i) => ({ hash: hashes[i]!, time }));
}

/** Text as git fast-import takes it. */
function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** Makes a record of a fit that predicted some images otherwise and took another time. Its parts agree with each other. */
function vary(record: FinishedRecord, truth: Uint8Array, random: Random): FinishedRecord {
  const labels = decodeLabels(record.predictions);
  const confidence = decodeConfidence(record.confidence);
  const classCount = record.dataset.classNames.length;
  const explained = new Set(record.gradCam?.images.map(({ image }) => image));
  for (let i = 0; i < CHANGED_IMAGES; i++) {
    const image = Math.floor(random() * labels.length);
    if (!explained.has(image)) labels[image] = random() < 0.5 ? truth[image]! : Math.floor(random() * classCount);
  }
  const { logLoss: _, calibrationError: __, ...scores } = score(truth, { labels }, classCount);
  const [low, high] = confidence ? calibrationRange(truth, { labels, confidence }) : [0, 0];
  const factor = 0.9 + random() / 10;
  const { timing } = record;
  return {
    ...record,
    predictions: encodeLabels(labels),
    metrics: {
      ...record.metrics,
      ...scores,
      calibrationError: confidence ? Math.max(0, (low + high) / 2) : null,
    },
    timing: {
      ...timing,
      trainSeconds: timing.trainSeconds * factor,
      curve: timing.curve.map((point) => ({ ...point, seconds: point.seconds * factor })),
    },
  };
}

function zoned(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** Runs each command once to fill the caches of the system, and once for its time. */
function timeCommands(folder: string, io: Io): void {
  const commands = [
    ['models'],
    ['diff', 'HEAD~40', 'HEAD~5', '--allow-missing'],
    ['history'],
    ['history', '--last', '20'],
    ['report', '--report', 'report-of-all'],
  ];
  for (const [name, ...args] of commands) {
    const results = name === 'models' ? [] : ['--results', 'results-of-all'];
    const command = ['--import', './bin/typescript.mjs', 'src/cli/main.ts', name!, ...args, ...results];
    const times = [0, 1].map(() => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, command, {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      });
      if (status === null || status > 1) throw new Error(`${name} failed: ${stderr}`);
      return (performance.now() - start) / 1000;
    });
    io.out(`${[name, ...args].join(' ')}: ${times.map((time) => `${time.toFixed(1)} s`).join(', then ')}`);
  }
}

function run(folder: string, program: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

const io = terminalIo();
watchProcess(io, describeError);
await runProgram(manyRecordsCommand(io), io, process.argv.slice(2));
