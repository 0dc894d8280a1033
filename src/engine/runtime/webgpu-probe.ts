// What does WebGPU find, and does it compute? Asked in a process of its own, which a driver may crash.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '../../base/errors.ts';
import type { Adapter } from './webgpu-adapter.ts';

/** What a probe saw. */
export interface WebgpuProbe {
  /** The card that computes. */
  readonly adapter: Adapter;
  /** All cards that WebGPU offers, the one that computes first. */
  readonly adapters: readonly Adapter[];
}

const TIMEOUT_MILLISECONDS = 5 * 60_000;
const LAST_WORDS = 400;

/**
 * Loads WebGPU in a child process and tries a small convolution and its slope with it.
 *
 * @throws UserError when there is no card, none but a program that pretends to be one, or the process fails
 */
export function probeWebgpu(): Promise<WebgpuProbe> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fileURLToPath(new URL('./webgpu-probe-child.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--import', tsx, child],
      { timeout: TIMEOUT_MILLISECONDS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const answer = readAnswer(stdout);
        if (answer && 'adapter' in answer) resolve(answer);
        else if (answer) reject(new UserError(answer.problem));
        else {
          const ending = error?.signal ? `killed by ${error.signal}` : `exit status ${error?.code ?? 0}`;
          const words = /^\w*Error: .*$/m.exec(stderr)?.[0] ?? stderr.trim().slice(-LAST_WORDS);
          reject(new UserError(`WebGPU does not work here: ${words || ending}`));
        }
      },
    );
  });
}

/** What the child prints last. */
export type ProbeAnswer = WebgpuProbe | { readonly problem: string };

function readAnswer(stdout: string): ProbeAnswer | null {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as ProbeAnswer;
  } catch {
    return null;
  }
}
