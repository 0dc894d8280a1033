// Where a training step spends its time, and where CUDA would run it. Python's TensorFlow, the same library, reads our
// graph: only there are its tracer and its list of kernels available.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { plainTable } from '../../src/document/terminal-table.ts';
import { indicesName, RATES } from '../../src/engine/compile/step-loop.ts';
import { ENGINE_ENVIRONMENT } from '../../src/engine/runtime/environment.ts';
import { ensureEnvironment } from '../../src/references/python-environment.ts';
import { CLASSES, GRAPH_FILE, IMAGES, type Network, withGraph } from './network-graph.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const PROFILE = { program: here('./profile.py'), requirements: here('../references/requirements-keras.txt') };
const PLACEMENT = { program: here('./placement.py'), requirements: here('./requirements-cuda.txt') };

const profileSchema = z.object({
  stepSeconds: z.number(),
  operations: z.array(z.object({ kind: z.string(), count: z.number(), seconds: z.number() })),
});

/** Seconds of a step, and of its operations by kind. */
export type Profile = z.infer<typeof profileSchema>;

const placementSchema = z.object({
  operations: z.number(),
  missing: z.array(z.object({ kind: z.string(), count: z.number() })),
  copies: z.array(z.object({ source: z.string(), target: z.string(), toHost: z.boolean(), count: z.number() })),
});

/** The operations of a step without a CUDA kernel, and the copies between host and card. */
export type Placement = z.infer<typeof placementSchema>;

/** Receives a text for each step of making a Python environment. */
type OnStep = (step: string) => void;

/**
 * Traces the operations of a network's training step.
 *
 * @param batch images per step
 * @param steps how many to take
 */
export function profileStep(network: Network, batch: number, steps: number, onStep: OnStep): Promise<Profile> {
  return withGraph(network, batch, async (plan, folder) => {
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
    await runPython(PROFILE, files, onStep);
    return profileSchema.parse(JSON.parse(await readFile(files[1], 'utf8')));
  });
}

/**
 * Finds out which operations of a network's training step a CUDA card could run. Needs no card.
 *
 * @param batch images per step
 */
export function placeStep(network: Network, batch: number, onStep: OnStep): Promise<Placement> {
  return withGraph(network, batch, async (_, folder) => {
    const answer = path.join(folder, 'answer.json');
    await runPython(PLACEMENT, [path.join(folder, GRAPH_FILE), answer], onStep);
    return placementSchema.parse(JSON.parse(await readFile(answer, 'utf8')));
  });
}

async function runPython(
  { program, requirements }: { readonly program: string; readonly requirements: string },
  files: readonly string[],
  onStep: OnStep,
): Promise<void> {
  const python = await ensureEnvironment(requirements, { onStep });
  await promisify(execFile)(python, [program, ...files], { env: { ...ENGINE_ENVIRONMENT, ...process.env } });
}

/** Tells whether a step never waits for a copy from the card. */
export function staysOnCard({ missing, copies }: Placement): boolean {
  return missing.length === 0 && !copies.some(({ toHost }) => toHost);
}

/** Writes a placement as lines: one for each kind of operation without a kernel, and one for each kind of copy. */
export function describePlacement({ operations, missing, copies }: Placement): string {
  const missingLines = missing.map(({ kind, count }) => `no CUDA kernel: ${kind}, ${count} times`);
  const copyLines = copies.map(
    ({ source, target, toHost, count }) =>
      `${toHost ? 'card to host' : 'host to card'}: from ${source} to ${target}, ${count} times per step`,
  );
  const none = missing.length === 0 ? [`all ${operations} operations have a CUDA kernel`] : [];
  return [...none, ...missingLines, ...copyLines].join('\n');
}

/**
 * Writes a profile as a table of the kinds of operations that take at least half a percent of the time.
 *
 * @param batch images per step
 */
export function describeProfile({ stepSeconds, operations }: Profile, batch: number): string {
  const total = operations.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = operations
    .filter(({ seconds }) => seconds >= total / 200)
    .map(({ kind, count, seconds }) => [
      kind,
      count.toFixed(0),
      (seconds * 1e3).toFixed(3),
      `${((100 * seconds) / total).toFixed(1)} %`,
    ]);
  const head = ['operation', 'per step', 'ms', 'share'];
  return [
    plainTable(head, rows, 100),
    '',
    `${(stepSeconds * 1e3).toFixed(2)} ms per step of ${batch} images (median). Operations run in parallel: ` +
      `their sum is ${(total * 1e3).toFixed(2)} ms.`,
  ].join('\n');
}
