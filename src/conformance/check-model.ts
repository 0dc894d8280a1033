// All checks on one model, in processes of their own: a model that hangs or crashes is a failed check, and harms nobody.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENGINE_ENVIRONMENT } from '../engine/runtime/environment.ts';
import { describeCrash } from '../run/fit-process.ts';
import type { CheckJob, CheckMessage } from './messages.ts';
import { type Check, type Finding, failed } from './trial/check.ts';

/** How much of a crashed process's last words is kept. */
const LAST_WORDS = 2000;

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
function runProcess(
  job: CheckJob,
  checks: readonly Check[],
  add: (finding: Finding) => void,
  { timeoutSeconds, onStart }: CheckOptions,
): Promise<void> {
  const child = fork(fileURLToPath(new URL('./check-child.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...ENGINE_ENVIRONMENT, ...process.env },
  });
  let running: Check | undefined;
  let found = 0;
  let isLate = false;
  let lastWords = '';
  let timer: NodeJS.Timeout | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
  }
  child.on('message', (message: CheckMessage) => {
    if (message.type === 'started') {
      running = checks.find(({ id }) => id === message.checkId)!;
      onStart?.(running);
      timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, timeoutSeconds * 1000);
    } else if (message.type === 'found' && !isLate) {
      clearTimeout(timer);
      running = undefined;
      found++;
      add(message.finding);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // 'close', not 'exit': messages and last words still in the pipes are delivered before it.
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (running) {
        add(failed(isLate ? `it was stopped after ${timeoutSeconds} s` : describeCrash(code, signal, null, lastWords)));
        resolve();
      } else if (found > 0) resolve();
      else reject(new Error(`the checks could not start: ${describeCrash(code, signal, null, lastWords)}`));
    });
    child.send(job);
  });
}
