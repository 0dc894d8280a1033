// `npm run peers`: ours and each peer in turn on the very same split, the median round of each a record.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopOnSignals } from '../../src/cli/bench.ts';
import type { Io } from '../../src/cli/io.ts';
import { unknownName } from '../../src/errors.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { fashionMnist } from '../fashion-mnist.ts';
import { type Comparison, comparePair, comparisonTable } from './comparison.ts';
import { ensureEnvironment } from './environment.ts';
import { peerJob, runPeerProcess, threadEnvironment } from './peer-process.ts';
import { argumentsOf, type PeerRecipe, peerId, pinnedVersions, recipes } from './recipes.ts';
import { medianRound, takeTurns } from './rounds.ts';
import { commandOf, finish, fitOurs, type PeersOptions, recordOf, SEED, type Stage, setStage, watch } from './stage.ts';

const PEER_PROGRAM = fileURLToPath(new URL('./peer.py', import.meta.url));

/**
 * Measures our models beside their peers, writes two records a pair and prints the comparison.
 *
 * @throws UserError when a model has no peer, or Python, engine or data cannot be had
 */
export async function measurePeers(options: PeersOptions, io: Io): Promise<void> {
  const chosen = options.models.map(findRecipe);
  const pythons: string[] = [];
  for (const { library } of chosen) {
    const onStep = (step: string): void => io.err(`${library.id}: ${step}`);
    pythons.push(await ensureEnvironment(library.requirements, { onStep }));
  }
  // The default comparison's split, so that these records stand beside its own.
  const benchmark = { ...fashionMnist, id: 'peers', models: options.models, latencyBatches: [] };
  const stage = await setStage(benchmark, options.limit, options, io);
  const stop = stopOnSignals(io);
  const records: FitRecord[] = [];
  const comparisons: Comparison[] = [];
  for (const [i, recipe] of chosen.entries()) {
    const pair = await measurePair(stage, i, recipe, pythons[i]!, options, stop.signal, io);
    if (!pair) break;
    records.push(...pair.records);
    comparisons.push(pair.comparison);
  }
  stop.release();
  if (options.json) io.out(JSON.stringify(comparisons, null, 2));
  else if (comparisons.length > 0) io.out(`\n${comparisonTable(comparisons)}`);
  finish(records, stop.signal, options, io);
}

/**
 * Measures one pair and writes its records.
 *
 * @returns null when the user stopped it: half a pair is worth nothing
 */
async function measurePair(
  { split, facts, fits }: Stage,
  index: number,
  recipe: PeerRecipe,
  python: string,
  options: PeersOptions,
  signal: AbortSignal,
  io: Io,
): Promise<{ records: FitRecord[]; comparison: Comparison } | null> {
  const fit = fits[index]!;
  const pinned = await pinnedVersions(recipe.library);
  const values = argumentsOf(recipe, fit.job.params, { threads: options.threads, seed: SEED });
  const job = peerJob(recipe, values, split, Object.keys(pinned));
  const env = threadEnvironment(options.threads);
  const title = (id: string, round: number): string => `${id} (${round}/${options.rounds})`;
  const [ours = [], theirs = []] = await takeTurns(
    [
      (round) => fitOurs(fit, title(recipe.modelId, round), { signal }, io),
      (round) =>
        watch(title(peerId(recipe), round), io, () =>
          runPeerProcess([python, PEER_PROGRAM], job, recipe.library.id, { signal, env }),
        ),
    ],
    options.rounds,
    signal,
  );
  if (signal.aborted) return null;

  const own = { ...fit.facts, command: commandOf(options, recipe.modelId) };
  const { family, kind } = fit.facts.model;
  const model = {
    id: peerId(recipe),
    role: 'peer' as const,
    peerOf: recipe.modelId,
    family,
    kind,
    engine: `${recipe.library.id} ${pinned[recipe.library.id]}`,
    summary: `${recipe.estimator} with the parameters of ${recipe.modelId}`,
    source: recipe.library.source,
    params: values,
    sourceHash: await peerHash(recipe),
  };
  const variant = options.limit === undefined ? facts.benchmark : `${facts.benchmark}-${split.splitHash.slice(0, 6)}`;
  const { machine, git } = facts;
  const peerFile = recordPath(path.resolve(options.out), { machine, git, model, seed: SEED, variant });
  const ourRecord = recordOf(facts, own, medianRound(ours));
  const peerRecord = recordOf({ ...facts, packages: pinned }, { ...own, model }, medianRound(theirs));
  await writeRecord(fit.file, ourRecord);
  await writeRecord(peerFile, peerRecord);
  return {
    records: [ourRecord, peerRecord],
    comparison: comparePair({ ours: recipe.modelId, peer: model.id }, ours, theirs),
  };
}

function findRecipe(id: string): PeerRecipe {
  const found = recipes.find(({ modelId }) => modelId === id);
  if (!found) {
    const known = recipes.map(({ modelId }) => modelId);
    throw unknownName('model with a peer', id, known, 'npm run peers -- --help');
  }
  return found;
}

/** The fingerprint of a peer's code: its program, the pinned packages and its recipe. */
async function peerHash(recipe: PeerRecipe): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [PEER_PROGRAM, recipe.library.requirements]) hash.update(await readFile(file));
  const { library: _library, ...rest } = recipe;
  return hash.update(JSON.stringify(rest)).digest('hex');
}
