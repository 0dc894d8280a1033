// `npm run bench -- --shard i/n`: one machine's part of a run that many machines share.

import path from 'node:path';
import { duration } from '../document/format.ts';
import { readRecords } from '../results/read.ts';
import type { FitRecord } from '../results/schema.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import { type DurationSources, type Shard, shardOf } from '../run/shard.ts';
import type { Io } from '../terminal/io.ts';

/** Where the records lie that a checkout brings along. */
const COMMITTED = 'results';

/**
 * Picks the fits of one shard and says how much of the run they are.
 *
 * @param planned all fits of the run
 * @param sources what is known of how long they last; the records among it are read here
 * @param out the folder of records that the run writes to
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
      ? `${name}: nothing to do, for there are more shards than fits (${check})`
      : `${name}: ${fits.length} of ${planned.length} fits, about ${duration(seconds)} of ${duration(totalSeconds)} (${check})`,
  );
  return fits;
}

/** All records of some folders; one that is not there has none yet. */
async function recordsOf(folders: readonly string[]): Promise<FitRecord[]> {
  const places = [...new Set(folders.map((folder) => path.resolve(folder)))];
  const read = await Promise.all(places.map((folder) => readRecords(folder).catch(() => ({ records: [] }))));
  return read.flatMap(({ records }) => records.map(({ record }) => record));
}
