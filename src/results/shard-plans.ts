// What each shard of a divided run planned, kept with its records, so that merge knows which shards and fits are missing.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { list } from '../document/format.ts';
import type { FitRecord } from './schema.ts';

/** The folder of plans in a folder of records. The dot keeps it out of the records. */
const FOLDER = '.shards';

const shardPlan = z.object({
  /** Equal in all shards of a run. */
  division: z.string().regex(/^[0-9a-f]{1,64}$/),
  /** From 1 to `count`. */
  index: z.number().int().min(1),
  count: z.number().int().min(1),
  benchmark: z.string(),
  /** The fits of this shard. */
  fits: z.array(z.object({ model: z.string(), seed: z.number().int() })),
});

/** What one shard planned. */
export type ShardPlan = z.infer<typeof shardPlan>;

/**
 * Keeps the plan of a shard.
 *
 * @param out the folder of its records
 * @throws UserError if the folder cannot be written
 */
export async function writeShardPlan(out: string, plan: ShardPlan): Promise<void> {
  const name = `${plan.division}-${plan.index}-of-${plan.count}.json`;
  await writeFileAtomic(path.join(out, FOLDER, name), `${JSON.stringify(plan, null, 2)}\n`);
}

/**
 * Reads the plans of all shards that wrote to a folder of records.
 *
 * @returns empty for a folder that no shard wrote to
 * @throws UserError if a plan is damaged
 */
export async function readShardPlans(folder: string): Promise<ShardPlan[]> {
  const names = await readdir(path.join(folder, FOLDER)).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).map((name) => path.join(folder, FOLDER, name));
  return Promise.all(
    files.map(async (file) => {
      try {
        return shardPlan.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (cause) {
        throw new UserError(`${file} is not the plan of a shard; run that shard again, or remove the file`, { cause });
      }
    }),
  );
}

/**
 * Lists what is missing of divided runs.
 *
 * @param plans of the shards that are there
 * @param records of any runs
 * @returns one line for each incomplete run: `division 38e3da48: shard 2 of 3 is missing`; empty if all is there
 */
export function missingOfShards(plans: readonly ShardPlan[], records: readonly FitRecord[]): string[] {
  const done = new Set(records.map(({ benchmark, model, seed }) => keyOf(benchmark, model.id, seed)));
  return [...groupBy(plans, ({ division, count }) => `${division}/${count}`).values()].flatMap((shards) => {
    const { division, count } = shards[0]!;
    const there = new Set(shards.map(({ index }) => index));
    const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !there.has(index));
    const fits = shards.flatMap(({ benchmark, fits: own }) =>
      own.filter(({ model, seed }) => !done.has(keyOf(benchmark, model, seed))),
    );
    const [verb, noun] = missing.length > 1 ? ['are', 'shards'] : ['is', 'shard'];
    const without = fits.map(({ model, seed }) => `${model} (seed ${seed})`);
    return [
      ...(missing.length > 0
        ? [`division ${division}: ${noun} ${list(missing.map(String))} of ${count} ${verb} missing`]
        : []),
      ...(without.length > 0 ? [`division ${division}: no record of ${list(without)}`] : []),
    ];
  });
}

function keyOf(benchmark: string, modelId: string, seed: number): string {
  return JSON.stringify([benchmark, modelId, seed]);
}
