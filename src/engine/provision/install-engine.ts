// Installs an engine by a plan: downloads and unpacks wheels, compiles the addon, links and tries it. Finished parts are
// not repeated.
import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { trimCache } from '../../base/cache-policy.ts';
import { UserError } from '../../base/errors.ts';
import { useInCache } from '../../base/in-use.ts';
import { markLastUsed } from '../../base/last-used.ts';
import { ownerOf, processMark } from '../../base/process-mark.ts';
import { ADDON_FILE, installAddon, isAddonInstalled, moveIntoPlace } from './addon.ts';
import { engineEnvironment, kernelFolder } from './engine-environment.ts';
import { diskNeed, type EnginePlan, partName } from './engine-plan.ts';
import { areLinksMade, type Link, makeLinks, planLinks } from './package-links.ts';
import type { ProbeOptions } from './probe-engine.ts';
import { type ProvisionContext, withLock } from './provision-context.ts';
import { readManifest, unpackWheel } from './unpack-wheel.ts';
import type { Wheel } from './wheels.ts';

/** Returns whether a plan is completely installed. */
export async function isInstalled(context: ProvisionContext, plan: EnginePlan): Promise<boolean> {
  const links = await linksOf(context, plan);
  return (
    links !== null &&
    (await areLinksMade(context.packageDir, links)) &&
    (await isAddonInstalled(context.addon, context.packageDir))
  );
}

/**
 * Installs a plan. The caller holds the package's lock. The cache is locked and written to only if something is missing
 * there: a finished one may be read-only, or another user's.
 *
 * @throws UserError if a step fails for a reason that the user can change
 */
export async function installEngine(context: ProvisionContext, plan: EnginePlan): Promise<void> {
  // Another process may have installed it while this one waited for the lock.
  if (await isInstalled(context, plan)) return;
  const { cacheDir, packageDir, addon, report } = context;
  if (!(await isInCache(context, plan))) await withLock(context, cacheDir, () => fillCache(context, plan));
  const links = await linksOf(context, plan);
  if (!links) throw new Error(`${cacheDir}: a wheel is incomplete right after it was unpacked`);
  report('linking', 0, 1);
  await makeLinks(packageDir, links);
  await installAddon(addon, packageDir);
  report('trying the engine', 0, 1);
  await tryEngine(context, {
    environment: engineEnvironment(context, plan, 'auto'),
    wantsGpu: plan.variant === 'cuda',
  });
  report('trying the engine', 1, 1);
}

/** Marks what an engine needs as used and in use, so that it is not removed from the cache. A mark needs no success. */
export async function markUsed({ cacheDir, addon, tools }: ProvisionContext, { wheels }: EnginePlan): Promise<void> {
  const parts = [path.basename(path.dirname(addon)), kernelFolder(tools.arch), ...wheels.map(partName)];
  for (const part of parts) {
    await useInCache(path.join(cacheDir, part));
    await markLastUsed(path.join(cacheDir, part));
  }
}

/** Tells whether the cache has everything of a plan. */
async function isInCache(context: ProvisionContext, plan: EnginePlan): Promise<boolean> {
  return (await linksOf(context, plan)) !== null && (await exists(context.addon));
}

/** Completes the cache. The caller holds its lock. */
async function fillCache(context: ProvisionContext, plan: EnginePlan): Promise<void> {
  await removeLeftovers(context.cacheDir);
  await fetchWheels(context, plan);
  if (!(await exists(context.addon))) await compile(context, plan);
  await markUsed(context, plan);
  await trimCache('engine', { folder: context.cacheDir });
}

/**
 * Probes the engine. If it does not load, its addon is removed, so that the next run does not use it.
 *
 * @throws UserError if it does not load
 */
export async function tryEngine(
  { packageDir, tools }: ProvisionContext,
  options: Omit<ProbeOptions, 'packageDir'>,
): Promise<void> {
  try {
    await tools.probe({ packageDir, ...options });
  } catch (error) {
    await rm(path.join(packageDir, ADDON_FILE), { force: true });
    throw error;
  }
}

/** Returns the links of a plan; null if one of its wheels is not completely unpacked. */
async function linksOf({ cacheDir }: ProvisionContext, plan: EnginePlan): Promise<Link[] | null> {
  const parts = [];
  for (const wheel of plan.wheels) {
    const folder = path.join(cacheDir, partName(wheel));
    const manifest = await readManifest(folder);
    if (!manifest) return null;
    parts.push({ folder, files: Object.keys(manifest) });
  }
  return planLinks(parts);
}

async function fetchWheels({ cacheDir, tools, report }: ProvisionContext, plan: EnginePlan): Promise<void> {
  const missing: Wheel[] = [];
  for (const wheel of plan.wheels) {
    if (!(await readManifest(path.join(cacheDir, partName(wheel))))) missing.push(wheel);
  }
  if (missing.length === 0) return;
  const [need, free] = [diskNeed(missing), await tools.freeBytes(cacheDir)];
  if (free < need) {
    throw new UserError(
      `${cacheDir}: ${gigabytes(free)} free, ${gigabytes(need)} needed for TensorFlow's library; free some space, or set ` +
        'FITTING_ROOM_CACHE to a folder on another disk',
    );
  }
  for (const wheel of missing) {
    const work = await mkdtemp(path.join(cacheDir, `work-${processMark()}-`));
    try {
      const title = `downloading ${wheel.name} ${wheel.version}`;
      report(title, 0, wheel.bytes);
      const file = await tools.download(wheel, work, (done) => report(title, Math.min(done, wheel.bytes), wheel.bytes));
      report(title, wheel.bytes, wheel.bytes);
      const target = path.join(cacheDir, partName(wheel));
      await unpackWheel({
        wheel: file,
        rules: wheel.rules,
        target,
        onBytes: (done) => report(`unpacking ${wheel.name}`, Math.min(done, wheel.unpackedBytes), wheel.unpackedBytes),
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

async function compile(
  { cacheDir, packageDir, nodeHeaders, addon, tools, report }: ProvisionContext,
  plan: EnginePlan,
): Promise<void> {
  report('compiling the addon', 0, 1);
  const part = path.join(cacheDir, partName(plan.wheels[0]!));
  const work = await mkdtemp(path.join(cacheDir, `work-${processMark()}-`));
  try {
    const output = path.join(work, 'tfjs_binding.node');
    await tools.compile(packageDir, {
      nodeHeaders,
      include: path.join(part, 'include'),
      lib: path.join(part, 'lib'),
      output,
    });
    await mkdir(path.dirname(addon), { recursive: true });
    await moveIntoPlace(output, addon);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  report('compiling the addon', 1, 1);
}

/** Removes what killed runs have left. This process has the lock, but may have it because the clock has jumped. */
async function removeLeftovers(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith('work-') || ownerOf(name) === 'running') continue;
    await rm(path.join(cacheDir, name), { recursive: true, force: true });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
