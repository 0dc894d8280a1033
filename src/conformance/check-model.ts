// Runs checks on one model in child processes, so that a model that hangs or crashes only fails a check.
import { type Child, moduleCommand, startChild } from '../base/child-process.ts';
import { ENGINE_ENVIRONMENT } from '../engine/runtime/environment.ts';
import { describeCrash } from '../run/describe-crash.ts';
import type { CheckJob, CheckMessage } from './messages.ts';
import { type Check, type Finding, failed } from './trial/check.ts';

/** Maximum number of characters of a crashed process's output that a finding can quote. */
const OUTPUT_LIMIT = 2000;

/** A check and its finding. */
export interface CheckResult {
  readonly check: Check;
  readonly finding: Finding;
}

/** Time limit and listeners of `checkModel`. */
export interface CheckOptions {
  /** Seconds after which a check counts as failed. */
  readonly timeoutSeconds: number;
  /** Receives the lines that the model prints. */
  onLines?(lines: readonly string[]): void;
  /** Called when a fit of 400 images has ended, with its duration. */
  onFitted?(seconds: number): void;
  /** Called when a check starts. */
  onStart?(check: Check): void;
  /** Called when a check has a finding. */
  onResult?(result: CheckResult): void;
}

/**
 * Runs checks on a model: in one process while they pass, and in a new one after a failure. It never rejects because of
 * the model. After an essential check has failed, the other checks are not run.
 *
 * @param job the model and its data
 * @param checks which checks to run, in this order
 * @returns one result per check
 * @throws Error when the child process ends before the first check starts
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
      const finding: Finding = { verdict: 'not-run', message: `not run, because the check ${last.check.id} failed` };
      while (results.length < checks.length) add(finding);
    }
  }
  return results;
}

/** Runs one child process to its end. It adds at least one finding. */
async function runProcess(
  job: CheckJob,
  checks: readonly Check[],
  add: (finding: Finding) => void,
  { timeoutSeconds, onStart, onFitted, onLines }: CheckOptions,
): Promise<void> {
  let running: Check | undefined;
  let found = 0;
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const child: Child = startChild(moduleCommand(new URL('./check-child.ts', import.meta.url)), {
    env: { ...ENGINE_ENVIRONMENT, ...process.env },
    outputLimit: OUTPUT_LIMIT,
    ...(onLines && { onLines }),
    graceMilliseconds: 0,
    message: job,
    onMessage(value) {
      const message = value as CheckMessage;
      if (message.type === 'started') {
        running = checks.find(({ id }) => id === message.checkId)!;
        onStart?.(running);
        timer = setTimeout(() => {
          isLate = true;
          child.stop('timed-out');
        }, timeoutSeconds * 1000);
      } else if (message.type === 'fitted') {
        onFitted?.(message.seconds);
      } else if (!isLate) {
        clearTimeout(timer);
        running = undefined;
        found++;
        add(message.finding);
      }
    },
  });
  const end = await child.ended;
  clearTimeout(timer);
  if (running) add(failed(isLate ? `it did not end within ${timeoutSeconds} s` : describeCrash(end, null)));
  else if (found === 0) throw new Error(`the checks could not start: ${describeCrash(end, null)}`);
}
