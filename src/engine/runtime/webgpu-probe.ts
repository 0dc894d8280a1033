// Checks that WebGPU finds a card and computes, in a child process, because a driver may crash its process.
import { failureOf, moduleCommand, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';
import type { Adapter } from './webgpu-adapter.ts';

/** Result of a probe. */
export interface WebgpuProbe {
  /** The card that computes. */
  readonly adapter: Adapter;
  /** All cards that WebGPU offers, the one that computes first. */
  readonly adapters: readonly Adapter[];
}

/** What the child process prints last. */
export type ProbeAnswer = WebgpuProbe | { readonly problem: string };

const TIMEOUT_SECONDS = 5 * 60;

/**
 * Loads WebGPU in a child process and computes a small convolution and its gradient with it.
 *
 * @throws UserError if there is no card, only a program that emulates one, or the process fails
 */
export async function probeWebgpu(): Promise<WebgpuProbe> {
  const end = await runChild(moduleCommand(new URL('./webgpu-probe-child.ts', import.meta.url)), {
    timeoutSeconds: TIMEOUT_SECONDS,
    graceMilliseconds: 0,
  });
  const answer = readAnswer(end.stdout);
  if (!answer) throw new UserError(`WebGPU does not work here: ${failureOf(end)}`);
  if ('problem' in answer) throw new UserError(answer.problem);
  return answer;
}

function readAnswer(stdout: string): ProbeAnswer | null {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as ProbeAnswer;
  } catch {
    return null;
  }
}
