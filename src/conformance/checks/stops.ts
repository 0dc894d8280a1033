// The check that a fit in flight can be stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import type { LabelledImages } from '../../types.ts';
import { type Check, type Finding, failed, inconclusive, passed } from '../trial/check.ts';
import { takeBalanced } from '../trial/small-data.ts';
import type { Trial } from '../trial/trial.ts';

/** When the fit is told to stop, after its start: by then it is in its stride. */
const ABORT_MILLISECONDS = 300;
/** What the contract allows, on a machine that does nothing else. */
const LIMIT_MILLISECONDS = 1000;
/** A busy machine gives a model at most so many times as long. */
const MOST_SLOWDOWN = 5;
/** How long a fit that does not answer is waited for, to say how late it was. */
const PATIENCE_MILLISECONDS = 10_000;
/** A fit that ends too early to be stopped gets so many times the images. */
const GROWTH = 5;
/** A late answer may be the machine's fault: the best of so many counts. */
const ATTEMPTS = 2;

export const stops: Check = {
  id: 'stops',
  title: 'stops within a second when told to',
  meaning:
    'Ctrl-C and --timeout have to kill the fit: a network cannot be gone on with, and the wait is five seconds longer.',
  cure:
    'Between two steps let the event loop turn (await setImmediate() of node:timers/promises) and call ' +
    'context.signal.throwIfAborted(). A call that blocks for longer belongs in a worker thread.',
  isMeasured: true,
  async run(trial) {
    const { train, pool } = trial.images;
    for (let count = train.count; ; count = Math.min(pool.count, count * GROWTH)) {
      const finding = await bestOf(trial, takeBalanced(pool, count));
      if (finding.verdict !== 'inconclusive' || count === pool.count) return finding;
    }
  },
};

async function bestOf(trial: Trial, train: LabelledImages): Promise<Finding> {
  let finding = await stopOnce(trial, train);
  for (let i = 1; i < ATTEMPTS && finding.verdict === 'failed'; i++) finding = await stopOnce(trial, train);
  return finding;
}

async function stopOnce(trial: Trial, train: LabelledImages): Promise<Finding> {
  const { validation } = trial.images;
  const stop = new AbortController();
  const reason = new Error('stopped during the fit');
  const classifier = trial.create({ signal: stop.signal });
  const start = performance.now();
  const timer = setTimeout(() => stop.abort(reason), ABORT_MILLISECONDS);
  const late = new AbortController();
  try {
    const fit = classifier.fit(train, validation).then(
      () => ({ how: 'ended' as const, error: undefined }),
      (error: unknown) => ({ how: 'rejected' as const, error }),
    );
    const patience = sleep(ABORT_MILLISECONDS + PATIENCE_MILLISECONDS, undefined, { signal: late.signal }).then(
      () => ({ how: 'neither' as const, error: undefined }),
      () => ({ how: 'neither' as const, error: undefined }),
    );
    const { how, error } = await Promise.race([fit, patience]);
    // From when it was meant to be told: a fit that blocks the event loop cannot even hear it.
    const after = performance.now() - start - ABORT_MILLISECONDS;
    // Measured only where it matters: a machine with other work makes every answer late.
    const slowdown = after > LIMIT_MILLISECONDS ? Math.min(MOST_SLOWDOWN, trial.slowdown()) : 1;
    const wrong = how === 'rejected' && error !== reason ? error : undefined;
    return judge({ how, wrong, after, limit: LIMIT_MILLISECONDS * slowdown, count: train.count });
  } finally {
    clearTimeout(timer);
    late.abort();
    classifier.dispose?.();
  }
}

interface Ending {
  readonly how: 'ended' | 'rejected' | 'neither';
  /** What the fit rejected with, if that was not the reason. */
  readonly wrong: unknown;
  /** Milliseconds from the abort to the end, or to the end of patience; negative when the fit was faster. */
  readonly after: number;
  /** Milliseconds allowed. */
  readonly limit: number;
  /** Images of the fit. */
  readonly count: number;
}

function judge({ how, wrong, after, limit, count }: Ending): Finding {
  const seconds = inSeconds(Math.max(0, after));
  const images = `a fit of ${count.toLocaleString('en')} images`;
  if (wrong !== undefined)
    return failed(`${images} rejected with another error than signal.reason: ${messageOf(wrong)}`);
  if (how === 'neither') return failed(`${images} neither ended nor rejected within ${seconds} of the abort`);
  const allowed = limit > 1.5 * LIMIT_MILLISECONDS ? `, with ${inSeconds(limit)} allowed as the machine is busy` : '';
  if (how === 'rejected') {
    const message = `${images} rejected ${seconds} after the abort${allowed}`;
    return after <= limit ? passed(message) : failed(message);
  }
  if (after > limit) return failed(`${images} did not hear the abort and ended ${seconds} after it${allowed}`);
  return inconclusive(
    `${images} ended ${after < 0 ? 'before it could be told' : `${seconds} after the abort`}: too short to tell`,
  );
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
