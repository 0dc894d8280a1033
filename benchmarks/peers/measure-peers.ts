// `npm run peers`: ours and its peers in turn on the very same split, the median round of each a record.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../src/cli/io.ts';
import { stopOnSignals } from '../../src/cli/stop.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import type { PlannedFit } from '../../src/run/bench.ts';
import { fashionMnist } from '../fashion-mnist.ts';
import { type Comparison, comparePair, comparisonTable } from './comparison.ts';
import { ensureEnvironment } from './environment.ts';
import { peerJob, runPeerProcess, threadEnvironment } from './peer-process.ts';
import { argumentsOf, type PeerRecipe, peerId, peersOf, pinnedVersions } from './recipes.ts';
import { medianRound, takeTurns } from './rounds.ts';
import { commandOf, finish, fitOurs, type PeersOptions, recordOf, SEED, type Stage, setStage, watch } from './stage.ts';

const PEER_PROGRAM = fileURLToPath(new URL('./peer.py', import.meta.url));

/** A peer about to be measured. */
export interface Peer {
  readonly recipe: PeerRecipe;
  /** Program and arguments before the job's and the answer's file. */
  readonly command: readonly [string, ...string[]];
}

/**
 * Measures our models beside their peers, writes a record each and prints the comparison.
 *
 * @throws UserError when a model has no peer, or Python, engine or data cannot be had
 */
export async function measurePeers(options: PeersOptions, io: Io): Promise<void> {
  const chosen: Peer[][] = [];
  for (const recipesOfModel of options.models.map(peersOf)) {
    const peers: Peer[] = [];
    for (const recipe of recipesOfModel) {
      const { id, requirements } = recipe.library;
      const python = await ensureEnvironment(requirements, { onStep: (step) => io.err(`${id}: ${step}`) });
      peers.push({ recipe, command: [python, PEER_PROGRAM] });
    }
    chosen.push(peers);
  }
  // The default comparison's split, so that these records stand beside its own.
  const benchmark = { ...fashionMnist, id: 'peers', models: options.models, latencyBatches: [] };
  const stage = await setStage(benchmark, options.limit, options, io);
  const stop = stopOnSignals(io);
  const records: FitRecord[] = [];
  const comparisons: Comparison[] = [];
  for (const [i, peers] of chosen.entries()) {
    const measured = await measureModel(stage, stage.fits[i]!, peers, options, stop.signal, io);
    if (!measured) break;
    records.push(...measured.records);
    comparisons.push(...measured.comparisons);
  }
  stop.release();
  if (options.json) io.out(JSON.stringify(comparisons, null, 2));
  else if (comparisons.length > 0) io.out(`\n${comparisonTable(comparisons)}`);
  finish(records, stop.signal, options, io);
}

/**
 * Measures one of our models and its peers, and writes a record each. In every round each fits once, ours first: one fit
 * of ours is compared with all peers of its round.
 *
 * @param fit of our model, one of the stage's
 * @param peers at least one
 * @returns our record before the peers', a comparison for each peer; null when the user stopped it: a part of the rounds
 *   is worth nothing
 */
export async function measureModel(
  { split, facts }: Omit<Stage, 'fits'>,
  fit: PlannedFit,
  peers: readonly Peer[],
  options: PeersOptions,
  signal: AbortSignal,
  io: Io,
): Promise<{ records: FitRecord[]; comparisons: Comparison[] } | null> {
  const { modelId, params } = fit.job;
  const env = threadEnvironment(options.threads);
  const title = (id: string, round: number): string => `${id} (${round}/${options.rounds})`;
  const rivals = await Promise.all(
    peers.map(async ({ recipe, command }) => {
      const pinned = await pinnedVersions(recipe.library);
      const values = argumentsOf(recipe, params, { threads: options.threads, seed: SEED });
      const job = peerJob(recipe, values, split, Object.keys(pinned));
      return { recipe, id: peerId(recipe), command, pinned, values, job };
    }),
  );
  const [ours = [], ...theirs] = await takeTurns(
    [
      (round) => fitOurs(fit, title(modelId, round), { signal }, io),
      ...rivals.map(({ id, recipe, command, job }) => (round: number) => {
        const run = () => runPeerProcess(command, job, recipe.library, { signal, env });
        return watch(title(id, round), io, run);
      }),
    ],
    options.rounds,
    signal,
  );
  if (signal.aborted) return null;

  const own = { ...fit.facts, command: commandOf(options, modelId) };
  const ourRecord = recordOf(facts, own, medianRound(ours));
  await writeRecord(fit.file, ourRecord);
  const records = [ourRecord];
  const comparisons: Comparison[] = [];
  for (const [i, { recipe, id, pinned, values }] of rivals.entries()) {
    const { library, estimator } = recipe;
    const model = {
      id,
      role: 'peer' as const,
      peerOf: modelId,
      family: fit.facts.model.family,
      kind: fit.facts.model.kind,
      engine: `${library.id} ${pinned[library.package]}`,
      summary: `${estimator} with the parameters of ${modelId}`,
      source: library.source,
      params: values,
      sourceHash: await peerHash(recipe),
    };
    const { machine, git } = facts;
    const { variant } = fit;
    const file = recordPath(path.resolve(options.out), { machine, git, model, seed: SEED, repeat: 1, variant });
    const record = recordOf({ ...facts, packages: pinned }, { ...own, model }, medianRound(theirs[i]!));
    await writeRecord(file, record);
    records.push(record);
    comparisons.push(comparePair({ ours: modelId, peer: id }, ours, theirs[i]!));
  }
  return { records, comparisons };
}

/** The fingerprint of a peer's code: its program, the pinned packages and its recipe. */
async function peerHash(recipe: PeerRecipe): Promise<string> {
  const hash = createHash('sha256');
  const { library, ...rest } = recipe;
  for (const file of [PEER_PROGRAM, library.requirements, ...(library.programs ?? [])])
    hash.update(await readFile(file));
  return hash.update(JSON.stringify(rest)).digest('hex');
}
