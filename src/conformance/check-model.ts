// All checks on one model, in processes of their own: a model that hangs or crashes is a failed check, and harms nobody.
import { moduleCommand, startChild } from '../base/child-process.ts';
import { ENGINE_ENVIRONMENT } from '../engine/runtime/environment.ts';
import { describeCrash } from '../run/describe-crash.ts';
import type { CheckJob, CheckMessage } from './messages.ts';
import { type Check, type Finding, failed } from './trial/check.ts';

/** Characters of a crashed process's output that a finding can quote. */
const OUTPUT_LIMIT = 2000;

/** A check and what it found. */
export interface CheckResult {
  readonly check: Check;
  readonly finding: Finding;
}

/** Limits and listeners. */
export interface CheckOptions {
  /** Seconds after which a check counts as failed. */
  readonly timeoutSeconds: number;
  /** Called as a check starts. */
  onStart?(check: Check): void;
  /** Called with what a check found. */
  onResult?(result: CheckResult): void;
}

/**
 * Runs checks on a model, in one process as long as they pass and in a new one after a failure. Never rejects for
 * anything the model does. After an essential check failed, the rest is not run.
 *
 * @param job the model, its data; all of the checks are run unless it names some
 * @param checks what to run, in this order
 * @returns one result a check
 * @throws Error when the process ends before it could try the model
 */
export async function checkModel(
  job: Omit<CheckJob, 'checkIds'>,
  checks: readonly Check[],
  options: CheckOptions,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const add = (finding: Finding): void => {
    const result = { check: checks[results.length]!, finding };
    results.push(result);
    options.onResult?.(result);
  };
  while (results.length < checks.length) {
    const rest = checks.slice(results.length);
    await runProcess({ ...job, checkIds: rest.map(({ id }) => id) }, rest, add, options);
    const last = results.at(-1)!;
    if (last.check.isEssential && last.finding.verdict === 'failed') {
      const finding: Finding = { verdict: 'not-run', message: `needs the check ${last.check.id} to pass` };
      while (results.length < checks.length) add(finding);
    }
  }
  return results;
}

/** Runs one process to its end; adds at least one finding. */
async function runProcess(
  job: CheckJob,
  checks: readonly Check[],
  add: (finding: Finding) => void,
  { timeoutSeconds, onStart }: CheckOptions,
): Promise<void> {
  let running: Check | undefined;
  let found = 0;
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const child = startChild(moduleCommand(new URL('./check-child.ts', import.meta.url)), {
    env: { ...ENGINE_ENVIRONMENT, ...process.env },
    outputLimit: OUTPUT_LIMIT,
    graceMilliseconds: 0,
    message: job,
    onMessage: (sent) => {
      const message = sent as CheckMessage;
      if (message.type === 'started') {
        running = checks.find(({ id }) => id === message.checkId)!;
        onStart?.(running);
        timer = setTimeout(() => {
          isLate = true;
          child.stop('timed-out');
        }, timeoutSeconds * 1000);
      } else if (message.type === 'found' && !isLate) {
        clearTimeout(timer);
        running = undefined;
        found++;
        add(message.finding);
      }
    },
  });
  const end = await child.ended;
  clearTimeout(timer);
  if (running) {
    add(failed(isLate ? `it was stopped after ${timeoutSeconds} s` : describeCrash(end, null)));
  } else if (found === 0) {
    throw new Error(`the checks could not start: ${describeCrash(end, null)}`);
  }
}
