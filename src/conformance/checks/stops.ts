// Check: a running fit can be stopped.

import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../base/errors.ts';
import { counted, duration } from '../../document/format.ts';
import type { LabelledImages } from '../../types.ts';
import { type Check, type Finding, failed, inconclusive, notApplicable, passed } from '../trial/check.ts';
import { ownClock } from '../trial/own-clock.ts';
import { takeBalanced } from '../trial/small-data.ts';
import type { Trial } from '../trial/trial.ts';

/** Time from the start of the fit to the abort. */
const ABORT_MILLISECONDS = 300;
/** Time that the adapter interface allows, on a machine without other work. */
const LIMIT_MILLISECONDS = 1000;
/** Maximum factor by which a busy machine extends the limit. */
const MOST_SLOWDOWN = 5;
/** How long the check waits after the abort before it gives up. */
const PATIENCE_MILLISECONDS = 10_000;
/** A fit that ends before the abort is repeated with this many times the images. */
const MORE_IMAGES = 5;
/** Other programs may delay an answer, so the best of several attempts counts. */
const ATTEMPTS = 2;

export const stops: Check = {
  id: 'stops',
  title: 'stops within a second of an abort',
  meaning:
    'After Ctrl-C and at the time limit, the harness kills the fit after one more second, and a network cannot be resumed.',
  cure:
    'Between two steps, let the event loop run (await setImmediate() of node:timers/promises) and call ' +
    'context.signal.throwIfAborted(). Move a call that blocks for longer into a worker thread. A model that does not read ' +
    'context.signal needs no change: the harness ends its process.',
  isDoctorOnly: true,
  async run(trial) {
    const { train, pool } = trial.images;
    for (let count = train.count; ; count = Math.min(pool.count, count * MORE_IMAGES)) {
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
  let isRead = false;
  const classifier = trial.create({
    get signal() {
      isRead = true;
      return stop.signal;
    },
  });
  const start = ownClock.elapsed();
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
    if (!isRead)
      return notApplicable('the model does not read context.signal, so the harness ends its process instead');
    // From the planned time of the abort: a fit that blocks the event loop also delays the abort itself.
    const after = ownClock.elapsed() - start - ABORT_MILLISECONDS;
    // Measured only if the answer is late, because measuring takes time.
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
  /** The error of the fit if it is not the reason; otherwise undefined. */
  readonly wrong: unknown;
  /** Milliseconds from the abort to the end of the fit or of the wait; negative if the fit ended before the abort. */
  readonly after: number;
  /** Allowed milliseconds. */
  readonly limit: number;
  /** Number of training images. */
  readonly count: number;
}

function judge({ how, wrong, after, limit, count }: Ending): Finding {
  const seconds = duration(Math.max(0, after) / 1000);
  const images = `a fit of ${counted(count, 'image')}`;
  if (wrong !== undefined)
    return failed(`${images} rejected with another error than signal.reason: ${messageOf(wrong)}`);
  if (how === 'neither') return failed(`${images} neither ended nor rejected within ${seconds} of the abort`);
  const allowed =
    limit > 1.5 * LIMIT_MILLISECONDS ? ` (${duration(limit / 1000)} allowed because the machine is busy)` : '';
  if (how === 'rejected') {
    const message = `${images} rejected ${seconds} after the abort${allowed}`;
    return after <= limit ? passed(message) : failed(message);
  }
  if (after > limit) return failed(`${images} ignored the abort and ended ${seconds} after it${allowed}`);
  return inconclusive(
    `${images} ended ${after < 0 ? 'before the abort' : `${seconds} after the abort`}, so it is too short to decide`,
  );
}
