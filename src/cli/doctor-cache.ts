// `npm run doctor -- --cache`: lists what is in the cache, and removes what is not in use.
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { CACHE_KINDS, type CacheKind, clearCache, isEntryInUse, listCache } from '../base/cache-policy.ts';
import { cannotWrite } from '../base/disk-errors.ts';
import { unknownName } from '../base/errors.ts';
import { removeUnusedTree } from '../commits/measure/work-trees.ts';
import { bytes, counted } from '../document/format.ts';
import { plainTable } from '../document/terminal-table.ts';
import type { Io } from '../terminal/io.ts';
import { printJson } from './outputs/define-output.ts';
import { doctorCacheOutput, doctorClearOutput } from './outputs/doctor-output.ts';

/** Options of the command, as commander parses them. */
export interface CacheOptions {
  /** A kind; true for all; absent to list only. */
  readonly clear?: string | true;
  readonly json?: boolean;
}

/**
 * Prints the kinds of things in the cache with their sizes, or clears one or all of them. What is in use stays.
 *
 * @throws UserError for an unknown kind, or if something cannot be removed
 */
export async function doctorCache({ clear, json }: CacheOptions, io: Io): Promise<void> {
  const names = Object.keys(CACHE_KINDS) as CacheKind[];
  if (typeof clear === 'string' && !Object.hasOwn(CACHE_KINDS, clear)) throw unknownName('kind', clear, names);
  if (clear !== undefined) return print(await clearKinds(clear === true ? names : [clear as CacheKind]), json, io);
  const kinds = await Promise.all(names.map(describeKind));
  if (json) printJson(io, doctorCacheOutput, { folder: cacheFolder(), kinds });
  else {
    const head = ['kind', 'size', 'at most', 'number', 'in use', 'last used', 'holds'];
    const rows = kinds.map((one) => [
      one.kind,
      bytes(one.bytes),
      bytes(one.limitBytes),
      String(one.entries.length),
      String(one.entries.filter(({ isInUse }) => isInUse).length),
      one.entries[0]?.usedAt.slice(0, 10) ?? 'never',
      CACHE_KINDS[one.kind].holds,
    ]);
    io.out(plainTable(head, rows, io.columns));
    io.out(`\n${bytes(kinds.reduce((sum, one) => sum + one.bytes, 0))} in ${cacheFolder()}`);
    io.err('to remove what is not in use: npm run doctor -- --cache --clear, or --clear KIND');
  }
  io.exit(0);
}

async function describeKind(kind: CacheKind) {
  const listed = await listCache(kind);
  const entries = await Promise.all(
    listed.map(async (entry) => ({
      name: path.basename(entry.place),
      bytes: entry.bytes,
      usedAt: new Date(entry.usedMs).toISOString(),
      isInUse: await isEntryInUse(entry.place),
    })),
  );
  return { kind, bytes: sumOf(entries), limitBytes: CACHE_KINDS[kind].limitBytes, entries };
}

type Cleared = { readonly kind: CacheKind } & Awaited<ReturnType<typeof clearCache>>;

async function clearKinds(kinds: readonly CacheKind[]): Promise<Cleared[]> {
  const cleared: Cleared[] = [];
  for (const kind of kinds) {
    const result = kind === 'worktrees' ? clearCache(kind, removeUnusedTree) : clearCache(kind);
    cleared.push({
      kind,
      ...(await result.catch((cause: unknown) => {
        throw cannotWrite(cacheFolder(kind), cause);
      })),
    });
  }
  return cleared;
}

function print(cleared: readonly Cleared[], json: boolean | undefined, io: Io): void {
  if (json) {
    const facts = cleared.map(({ kind, removed, kept }) => ({
      kind,
      removed: removed.map(({ place }) => place),
      inUse: kept.map(({ place }) => place),
    }));
    printJson(io, doctorClearOutput, { folder: cacheFolder(), cleared: facts });
  } else {
    for (const { kind, removed, kept } of cleared) {
      const rest = kept.length === 0 ? '' : `; ${counted(kept.length, 'thing')} in use stay, ${bytes(sumOf(kept))}`;
      if (removed.length + kept.length > 0) io.out(`${kind}: removed ${bytes(sumOf(removed))}${rest}`);
    }
    io.out(`removed ${bytes(sumOf(cleared.flatMap(({ removed }) => removed)))} from ${cacheFolder()}`);
  }
  io.exit(0);
}

function sumOf(entries: readonly { readonly bytes: number }[]): number {
  return entries.reduce((sum, entry) => sum + entry.bytes, 0);
}
