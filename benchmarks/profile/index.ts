// `npm run profile -- ID`: where a compiled training step spends its time, by kind of operation. Python's TensorFlow, the
// same library, runs our graph, for only there its tracer can be read.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { z } from 'zod';
import { models } from '../../models/index.ts';
import { wholeNumber } from '../../src/cli/bench.ts';
import type { Io } from '../../src/cli/io.ts';
import { findModels } from '../../src/cli/models.ts';
import { plainTable } from '../../src/cli/plain-table.ts';
import { runProgram, terminalIo } from '../../src/cli/program.ts';
import { encodeSavedModel } from '../../src/engine/compile/graph.ts';
import { indicesName, planGraph, RATES } from '../../src/engine/compile/plan.ts';
import { ENGINE_ENVIRONMENT } from '../../src/engine/environment.ts';
import type { DeepParams } from '../../src/engine/layers-classifier.ts';
import type { NetworkAdapter } from '../../src/engine/network.ts';
import { completeOptimizer } from '../../src/engine/optimizer.ts';
import { ensureEngine } from '../../src/engine/provision/index.ts';
import { tensorflow } from '../../src/engine/tensorflow.ts';
import { UserError } from '../../src/errors.ts';
import type { LabelledImages, ModelAdapter } from '../../src/types.ts';
import { ensureEnvironment } from '../peers/environment.ts';

const PROGRAM = fileURLToPath(new URL('./profile.py', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('../peers/requirements-keras.txt', import.meta.url));
/** Enough that a batch is seldom in the processor's cache. */
const IMAGES = 8192;
const CLASSES = 10;
const SHAPE = { height: 28, width: 28, channels: 1 };

const answerSchema = z.object({
  stepSeconds: z.number(),
  operations: z.array(z.object({ kind: z.string(), count: z.number(), seconds: z.number() })),
});
type Profile = z.infer<typeof answerSchema>;

interface Options {
  readonly batch?: number;
  readonly steps: number;
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
    .option('--steps <n>', 'steps to take the mean of', wholeNumber(1), 30)
    .option('--json', 'print the profile as JSON')
    .action(async (id: string, options: Options) => {
      const [model] = findModels([id]);
      if (!model || !isNetwork(model)) throw new UserError(`${id} is no network: there is no training step`);
      await ensureEngine({ device: 'cpu' });
      const python = await ensureEnvironment(REQUIREMENTS, { onStep: (step) => io.err(step) });
      const batch = options.batch ?? model.params.batchSize;
      const profile = await profileStep(python, model, batch, options.steps);
      if (options.json) io.out(JSON.stringify({ model: id, batch, ...profile }, null, 2));
      else io.out(describe(profile, batch));
    });
}

async function profileStep(
  python: string,
  { recipe: recipeOf, params }: NetworkAdapter<DeepParams>,
  batch: number,
  steps: number,
): Promise<Profile> {
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
  const request = { tf, model, train, recipe, batchSizes: [batch], seed: 1 };
  const plan = planGraph(request, completeOptimizer(recipe.optimizer));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-profile-'));
  try {
    await writeFile(path.join(folder, 'saved_model.pb'), encodeSavedModel(plan.graph.nodes));
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
    await promisify(execFile)(python, [PROGRAM, ...files], { env: { ...ENGINE_ENVIRONMENT, ...process.env } });
    return answerSchema.parse(JSON.parse(await readFile(files[1], 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
