// `npm run profile -- ID`: where a compiled training step spends its time, by kind of operation; with `--cuda`, where its
// operations would run on a card; with `--calls`, what passes outside TensorFlow. Python's TensorFlow, the same library, reads
// our graph for the first two, for only there its tracer and its list of kernels can be read.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { models } from '../../models/index.ts';
import { UserError } from '../../src/base/errors.ts';
import { findModels } from '../../src/cli/models.ts';
import { wholeNumber } from '../../src/cli/options.ts';
import { runProgram, terminalIo } from '../../src/cli/program.ts';
import { plainTable } from '../../src/document/terminal-table.ts';
import type { CompileRequest } from '../../src/engine/compile/compile-request.ts';
import { encodeSavedModel } from '../../src/engine/compile/graph.ts';
import { askedPrecision } from '../../src/engine/compile/precision.ts';
import { indicesName, RATES } from '../../src/engine/compile/step-loop.ts';
import { type Plan, planGraph } from '../../src/engine/compile/step-plan.ts';
import type { NetworkAdapter } from '../../src/engine/network/define-network.ts';
import type { DeepParams } from '../../src/engine/network/network-recipe.ts';
import { type EngineOptions, ensureEngine } from '../../src/engine/provision/provision-engine.ts';
import { ENGINE_ENVIRONMENT } from '../../src/engine/runtime/environment.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { completeOptimizer } from '../../src/engine/training/optimizer.ts';
import type { Io } from '../../src/terminal/io.ts';
import type { LabelledImages, ModelAdapter } from '../../src/types.ts';
import { ensureEnvironment } from '../../src/references/python-environment.ts';
import { type CallProfile, compareCalls } from './calls.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const PROFILE = { program: here('./profile.py'), requirements: here('../references/requirements-keras.txt') };
const PLACEMENT = { program: here('./placement.py'), requirements: here('./requirements-cuda.txt') };
/** Enough that a batch is seldom in the processor's cache. */
const IMAGES = 8192;
const CLASSES = 10;
const SHAPE = { height: 28, width: 28, channels: 1 };

const answerSchema = z.object({
  stepSeconds: z.number(),
  operations: z.array(z.object({ kind: z.string(), count: z.number(), seconds: z.number() })),
});
type Profile = z.infer<typeof answerSchema>;

const placementSchema = z.object({
  operations: z.number(),
  missing: z.array(z.object({ kind: z.string(), count: z.number() })),
  copies: z.array(z.object({ source: z.string(), target: z.string(), toHost: z.boolean(), count: z.number() })),
});
type Placement = z.infer<typeof placementSchema>;

interface Options {
  readonly batch?: number;
  readonly steps?: number;
  readonly cuda?: boolean;
  readonly calls?: boolean;
  readonly device: EngineOptions['device'];
  readonly json?: boolean;
}

const isNetwork = (model: ModelAdapter): model is NetworkAdapter<DeepParams> => 'recipe' in model;

function profileCommand(io: Io): Command {
  return new Command('profile')
    .description('show where a compiled training step of a network spends its time, by kind of operation')
    .argument(
      '<id>',
      `a network: ${models
        .filter(isNetwork)
        .map(({ id }) => id)
        .join(', ')}`,
    )
    .option('--batch <n>', 'images in a step; as the network has it by default', wholeNumber(1))
    .option('--steps <n>', 'steps to take: 30 by default, for --calls as many as take a second', wholeNumber(1))
    .option('--cuda', 'tell instead what CUDA has no kernel for and what travels between host and card; needs no card')
    .addOption(
      new Option(
        '--calls',
        'tell instead how much of a step passes outside TensorFlow, one step a call and several; needs no Python',
      ).conflicts('cuda'),
    )
    .addOption(
      new Option('--device <device>', 'what computes for --calls').choices(['auto', 'cpu', 'gpu']).default('auto'),
    )
    .option('--json', 'print it as JSON')
    .action(async (id: string, options: Options) => {
      const [model] = findModels([id]);
      if (!model || !isNetwork(model)) throw new UserError(`${id} is no network: there is no training step`);
      const batch = options.batch ?? model.params.batchSize;
      if (options.calls) {
        const { device } = await ensureEngine({ device: options.device });
        Object.assign(process.env, { ...ENGINE_ENVIRONMENT, ...process.env });
        const calls = await compareCalls(await exampleRequest(model, batch), batch, options.steps);
        const found = { model: id, batch, device, ...calls };
        io.out(options.json ? JSON.stringify(found, null, 2) : describeCalls(found));
        return;
      }
      await ensureEngine({ device: 'cpu' });
      const { program, requirements } = options.cuda ? PLACEMENT : PROFILE;
      const python = await ensureEnvironment(requirements, { onStep: (step) => io.err(step) });
      const run = async (files: readonly string[]): Promise<void> => {
        await promisify(execFile)(python, [program, ...files], { env: { ...ENGINE_ENVIRONMENT, ...process.env } });
      };
      if (options.cuda) {
        const placement = await placeStep(run, model, batch);
        io.out(
          options.json ? JSON.stringify({ model: id, batch, ...placement }, null, 2) : describePlacement(placement),
        );
        if (!staysOnCard(placement)) process.exitCode = 1;
        return;
      }
      const profile = await profileStep(run, model, batch, options.steps ?? 30);
      io.out(options.json ? JSON.stringify({ model: id, batch, ...profile }, null, 2) : describe(profile, batch));
    });
}

/** Makes what is compiled for a network: its own recipe, over blank images. */
async function exampleRequest(
  { recipe: recipeOf, params }: NetworkAdapter<DeepParams>,
  batch: number,
): Promise<CompileRequest> {
  const tf = await tensorflow();
  const recipe = recipeOf(params);
  const size = SHAPE.height * SHAPE.width * SHAPE.channels;
  const train: LabelledImages = {
    count: IMAGES,
    shape: SHAPE,
    bytes: new Uint8Array(IMAGES * size),
    pixels: new Float32Array(IMAGES * size),
    labels: new Uint8Array(IMAGES),
  };
  const model = recipe.build(tf, { shape: SHAPE, classCount: CLASSES });
  return { tf, model, train, recipe, batchSizes: [batch], seed: 1, precision: askedPrecision() };
}

/** Writes a network's graph into a folder of its own, lets it be used there, and removes the folder. */
async function withGraph<T>(
  model: NetworkAdapter<DeepParams>,
  batch: number,
  use: (plan: Plan, folder: string) => Promise<T>,
): Promise<T> {
  const request = await exampleRequest(model, batch);
  const plan = planGraph(request, completeOptimizer(request.recipe.optimizer));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-profile-'));
  try {
    await writeFile(path.join(folder, GRAPH), encodeSavedModel(plan.graph.nodes));
    return await use(plan, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const GRAPH = 'saved_model.pb';

/** Runs a program of Python's, given the files that it reads and writes. */
type Run = (files: readonly string[]) => Promise<void>;

function profileStep(run: Run, model: NetworkAdapter<DeepParams>, batch: number, steps: number): Promise<Profile> {
  return withGraph(model, batch, async (plan, folder) => {
    const job = {
      folder,
      images: IMAGES,
      batch,
      classCount: CLASSES,
      steps,
      loaded: plan.loaded,
      imported: plan.imported,
      score: plan.scores.get(batch),
      indices: indicesName(batch),
      rates: new Array<number>(RATES).fill(1e-4),
    };
    const files = [path.join(folder, 'job.json'), path.join(folder, 'answer.json')] as const;
    await writeFile(files[0], JSON.stringify(job));
    await run(files);
    return answerSchema.parse(JSON.parse(await readFile(files[1], 'utf8')));
  });
}

function placeStep(run: Run, model: NetworkAdapter<DeepParams>, batch: number): Promise<Placement> {
  return withGraph(model, batch, async (_, folder) => {
    const answer = path.join(folder, 'answer.json');
    await run([path.join(folder, GRAPH), answer]);
    return placementSchema.parse(JSON.parse(await readFile(answer, 'utf8')));
  });
}

/** Tells whether a step never waits for something to come back from the card. */
function staysOnCard({ missing, copies }: Placement): boolean {
  return missing.length === 0 && !copies.some(({ toHost }) => toHost);
}

function describePlacement({ operations, missing, copies }: Placement): string {
  const lacking = missing.map(({ kind, count }) => `no CUDA kernel: ${kind}, ${count} times`);
  const travels = copies.map(
    ({ source, target, toHost, count }) =>
      `${toHost ? 'card to host' : 'host to card'}: from ${source} to ${target}, ${count} times a step`,
  );
  const none = lacking.length === 0 ? [`all ${operations} operations have a CUDA kernel`] : [];
  return [...none, ...lacking, ...travels].join('\n');
}

function describeCalls({
  model,
  batch,
  device,
  oneAStep,
  several,
}: CallProfile & { model: string; batch: number; device: string }): string {
  const rows = [
    ['one step a call', oneAStep],
    ['several steps a call', several],
  ] as const;
  const cells = rows.map(([name, { stepSeconds, outsideShare, stepsACall }]) => [
    name,
    stepsACall.toFixed(1),
    (stepSeconds * 1e3).toFixed(3),
    `${(100 * outsideShare).toFixed(1)} %`,
  ]);
  return [
    plainTable([model, 'steps a call', 'ms a step', 'outside'], cells, 100),
    '',
    `Computed on: ${device}. Steps of ${batch} images, medians of rounds in turn; outside: the share of a step that passes ` +
      'outside TensorFlow.',
  ].join('\n');
}

function describe({ stepSeconds, operations }: Profile, batch: number): string {
  const total = operations.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = operations
    .filter(({ seconds }) => seconds >= total / 200)
    .map(({ kind, count, seconds }) => [
      kind,
      count.toFixed(0),
      (seconds * 1e3).toFixed(3),
      `${((100 * seconds) / total).toFixed(1)} %`,
    ]);
  const head = ['operation', 'a step', 'ms', 'share'];
  return [
    plainTable(head, rows, 100),
    '',
    `${(stepSeconds * 1e3).toFixed(2)} ms a step of ${batch} images (median); operations run side by side, so that their sum ` +
      `of ${(total * 1e3).toFixed(2)} ms is more.`,
  ].join('\n');
}

const io = terminalIo();
await runProgram(profileCommand(io).exitOverride(), io);
