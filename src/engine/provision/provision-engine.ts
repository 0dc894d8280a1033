// Provisions TensorFlow's native engine: installs what is missing, checks it, and falls back to other engines.
import { isForbidden } from '../../base/disk-errors.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { ENGINE_VARIABLE } from '../runtime/tensorflow.ts';
import { engineEnvironment } from './engine-environment.ts';
import type { EnginePlan, PlanFacts } from './engine-plan.ts';
import {
  type EngineOptions,
  type EngineStatus,
  javascriptStatus,
  packageStatus,
  webgpuStatus,
} from './engine-status.ts';
import { type EngineTools, realTools } from './engine-tools.ts';
import { installEngine, isInstalled, markUsed, tryEngine } from './install-engine.ts';
import { hasPackageDownload, markPackageDownload } from './package-download.ts';
import {
  createProvisionContext,
  type ProvisionContext,
  toUserError,
  withDiskErrors,
  withLock,
} from './provision-context.ts';

/**
 * Makes the engine available and returns what it is. If everything is installed, this takes milliseconds; after a
 * reinstallation of the package, a second or two; the first time, it downloads 274 MB (2.9 GB for CUDA). Several processes
 * may call it at once: one works, the others wait. A killed run leaves nothing that the next one takes for complete.
 *
 * If an engine is not available, the next one is used and `notices` says so: CUDA, the CPU library, the older library that
 * the package downloads, WebGPU (only for the device `'auto'`), plain JavaScript.
 *
 * @param options the requested device, and folders
 * @param tools replacements for tests
 * @throws UserError if `device` is `'gpu'` and CUDA is not available, or `'webgpu'` and there is no graphics card
 */
export async function ensureEngine(options: EngineOptions, tools: EngineTools = realTools): Promise<EngineStatus> {
  const status = (await selectedEngine(options.device, tools)) ?? (await nativeEngine(options, tools));
  Object.assign(process.env, status.environment);
  return status;
}

/** Returns the engine that the user selected by `--device webgpu` or an environment variable; null for a native one. */
async function selectedEngine(device: EngineOptions['device'], tools: EngineTools): Promise<EngineStatus | null> {
  const selected = process.env[ENGINE_VARIABLE];
  if (selected === 'webgpu' && (device === 'cpu' || device === 'gpu')) {
    throw new UserError(`${ENGINE_VARIABLE}=webgpu and --device ${device} contradict each other; unset the variable`);
  }
  if (selected === 'javascript' && (device === 'gpu' || device === 'webgpu')) {
    throw new UserError(`${ENGINE_VARIABLE}=javascript cannot use a GPU; unset it`);
  }
  if (device === 'webgpu' || selected === 'webgpu') return webgpuStatus(await tools.probeWebgpu(), []);
  if (selected !== 'javascript') return null;
  return javascriptStatus([
    `${ENGINE_VARIABLE}=javascript: plain JavaScript computes; unset it for the native library`,
  ]);
}

async function nativeEngine(options: EngineOptions, tools: EngineTools): Promise<EngineStatus> {
  const { device } = options;
  const notices: string[] = [];
  const context = await createProvisionContext(options, tools);
  const plans = await choosePlans(device, tools, notices);
  const installed = await findInstalled(context, device, plans);
  if (installed) {
    try {
      return await nativeStatus(context, installed, device, notices);
    } catch (error) {
      // It is installed but no longer loads. Another engine is tried below.
      if (!(error instanceof UserError) || device === 'gpu') throw error;
    }
  }
  if (device !== 'gpu' && (await hasPackageDownload(context.packageDir))) {
    return packageStatus(context.packageDir, notices);
  }
  return withDiskErrors(context, () =>
    withLock(context, context.packageDir, async () => {
      for (const plan of plans) {
        try {
          await installEngine(context, plan);
          return await nativeStatus(context, plan, device, notices);
        } catch (error) {
          const reason = toUserError(error, context);
          // Nobody wants plain JavaScript because a folder is another user's.
          if (!reason || device === 'gpu' || isForbidden(error)) throw reason ?? error;
          notices.push(reason.message);
        }
      }
      return fallBack(context, device, notices);
    }),
  );
}

/** Returns the plans to try, the best first. */
async function choosePlans(
  device: EngineOptions['device'],
  tools: EngineTools,
  notices: string[],
): Promise<EnginePlan[]> {
  const { platform, arch } = tools;
  if (device === 'gpu') {
    const plan = tools.plan({ platform, arch, variant: 'cuda' });
    const obstacle = await tools.findCudaObstacle();
    if (obstacle) throw new UserError(`--device gpu: ${obstacle.problem}`);
    return [plan];
  }
  const obstacle = device === 'auto' ? await tools.findCudaObstacle() : null;
  if (obstacle?.isSuspected) notices.push(`CUDA is not used: ${obstacle.problem}`);
  const variants: PlanFacts['variant'][] = device === 'cpu' || obstacle ? ['cpu'] : ['cuda', 'cpu'];
  const plans: EnginePlan[] = [];
  for (const variant of variants) {
    try {
      plans.push(tools.plan({ platform, arch, variant }));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notices.push(error.message);
    }
  }
  return plans;
}

/** Returns the best plan if it is installed. For the CPU an installed CUDA library is accepted, too. */
async function findInstalled(
  context: ProvisionContext,
  device: EngineOptions['device'],
  plans: readonly EnginePlan[],
): Promise<EnginePlan | null> {
  const { tools } = context;
  const candidates = plans.slice(0, 1);
  if (device === 'cpu') {
    try {
      candidates.push(tools.plan({ platform: tools.platform, arch: tools.arch, variant: 'cuda' }));
    } catch {
      // There is no CUDA library for this platform.
    }
  }
  for (const plan of candidates) if (await isInstalled(context, plan)) return plan;
  return null;
}

async function nativeStatus(
  context: ProvisionContext,
  plan: EnginePlan,
  device: EngineOptions['device'],
  notices: readonly string[],
): Promise<EngineStatus> {
  await markUsed(context, plan);
  const environment = engineEnvironment(context, plan, device);
  const status = { kind: 'native', source: plan.variant, environment } as const;
  if (plan.variant === 'cpu' || device === 'cpu') return { ...status, device: 'cpu', notices };
  // A listed card may be unusable (a container without it, a driver that was updated), so it is probed in every run.
  context.report('trying the GPU', 0, 1);
  const { isGpu, whyNoGpu } = await context.tools.probe({
    packageDir: context.packageDir,
    environment,
    wantsGpu: true,
  });
  if (isGpu) return { ...status, device: 'gpu', notices };
  const problem =
    `nvidia-smi lists a GPU, but TensorFlow does not use it: ${whyNoGpu ?? 'it gives no reason'}; check that ` +
    'LD_LIBRARY_PATH contains no other CUDA and that the driver was not updated since the last restart';
  if (device === 'gpu') throw new UserError(`--device gpu: ${problem}`);
  return { ...status, device: 'cpu', notices: [...notices, `the CPU computes: ${problem}`] };
}

/** Uses the package's download, else WebGPU (only for `'auto'`), else plain JavaScript. */
async function fallBack(
  context: ProvisionContext,
  device: EngineOptions['device'],
  notices: string[],
): Promise<EngineStatus> {
  const { packageDir, tools, report } = context;
  try {
    report("the package's own download", 0, 1);
    await tools.packageDownload(packageDir);
    await tryEngine(context, {});
    await markPackageDownload(packageDir);
    return packageStatus(packageDir, notices);
  } catch (error) {
    notices.push(`the package's own download failed, too: ${messageOf(error)}`);
  }
  if (device === 'auto') {
    try {
      return webgpuStatus(await tools.probeWebgpu(), notices);
    } catch (error) {
      notices.push(messageOf(error));
    }
  }
  return javascriptStatus([...notices, 'plain JavaScript computes: correct, but too slow for networks at full size']);
}
