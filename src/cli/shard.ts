// `npm run bench -- --shard i/n`: picks the part of a run that this machine does.
import path from 'node:path';
import { counted, duration } from '../document/format.ts';
import { readRecords } from '../results/read.ts';
import type { FitRecord } from '../results/schema.ts';
import { writeShardPlan } from '../results/shard-plans.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import { type DurationSources, type Shard, shardOf } from '../run/shard.ts';
import type { Io } from '../terminal/io.ts';

/** The folder of the records that are committed. */
const COMMITTED = 'results';

/**
 * Picks the fits of one shard, prints how much of the run they are, and keeps the plan next to the records for merge.
 *
 * @param planned all fits of the run
 * @param sources of the durations of fits; the records are read here
 * @param out the folder that the run writes its records to
 */
export async function ownPart(
  planned: readonly PlannedFit[],
  shard: Shard,
  sources: Omit<DurationSources, 'records'>,
  out: string,
  io: Io,
): Promise<readonly PlannedFit[]> {
  const { fits, seconds, totalSeconds, fingerprint } = shardOf(planned, shard, {
    ...sources,
    records: await recordsOf([COMMITTED, out]),
  });
  const name = `shard ${shard.index}/${shard.count}`;
  const check = `division ${fingerprint}, the same in every shard`;
  io.err(
    fits.length === 0
      ? `${name}: nothing to do, because there are more shards than fits (${check})`
      : `${name}: ${fits.length} of ${counted(planned.length, 'fit')}, about ${duration(seconds)} of ` +
          `${duration(totalSeconds)} (${check})`,
  );
  await writeShardPlan(out, {
    ...shard,
    division: fingerprint,
    benchmark: sources.benchmark,
    fits: fits.map(({ job }) => ({ model: job.modelId, seed: job.seed })),
  });
  return fits;
}

/** All records of some folders; a folder that does not exist has none. */
async function recordsOf(folders: readonly string[]): Promise<FitRecord[]> {
  const paths = [...new Set(folders.map((folder) => path.resolve(folder)))];
  const read = await Promise.all(paths.map((folder) => readRecords(folder).catch(() => ({ records: [] }))));
  return read.flatMap(({ records }) => records.map(({ record }) => record));
}
