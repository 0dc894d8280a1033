// The external tools of provisioning: disk, network, compiler, probes. Tests replace them.
import { statfs } from 'node:fs/promises';
import { probeWebgpu, type WebgpuProbe } from '../runtime/webgpu-probe.ts';
import { type CompilePaths, compileAddon } from './addon.ts';
import { type CudaObstacle, findCudaObstacle } from './cuda-obstacle.ts';
import { type EnginePlan, type PlanFacts, planEngine } from './engine-plan.ts';
import { runPackageDownload } from './package-download.ts';
import { downloadWheel } from './pip.ts';
import { type Probe, type ProbeOptions, probeEngine } from './probe-engine.ts';
import type { Wheel } from './wheels.ts';

/** The external tools of provisioning. */
export interface EngineTools {
  readonly platform: string;
  readonly arch: string;
  /** Looks for reasons against CUDA before anything is downloaded for it. */
  findCudaObstacle(): Promise<CudaObstacle | null>;
  plan(facts: PlanFacts): EnginePlan;
  freeBytes(folder: string): Promise<number>;
  download(wheel: Wheel, folder: string, onBytes: (done: number) => void): Promise<string>;
  compile(packageDir: string, paths: CompilePaths): Promise<void>;
  probe(options: ProbeOptions): Promise<Probe>;
  /** Runs the package's install script, which downloads a CPU library. */
  packageDownload(packageDir: string): Promise<void>;
  /** Finds the card that WebGPU computes on. */
  probeWebgpu(): Promise<Pick<WebgpuProbe, 'adapter'>>;
}

/** The real tools. */
export const realTools: EngineTools = {
  platform: process.platform,
  arch: process.arch,
  findCudaObstacle,
  plan: planEngine,
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  download: downloadWheel,
  compile: compileAddon,
  probe: probeEngine,
  packageDownload: runPackageDownload,
  probeWebgpu,
};
