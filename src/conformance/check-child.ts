// The child process of `checkModel`: runs checks on one model until one fails or all have run.
import process from 'node:process';
import { importModel } from '../run/import-model.ts';
import { checks } from './all-checks.ts';
import { measureSlowdown } from './measure-slowdown.ts';
import type { CheckJob, CheckMessage } from './messages.ts';
import { runCheck } from './run-check.ts';
import { noQueue, tensorflowQueue } from './trial/device-queue.ts';
import { openTrialImages } from './trial/small-data.ts';
import { createTrial } from './trial/trial.ts';

// The stack of an error deep in a package must reach the author's line.
Error.stackTraceLimit = 50;

// Without the parent process nobody needs the results.
process.on('disconnect', () => process.exit(1));
process.once('message', (job) => void run(job as CheckJob));

async function run(job: CheckJob): Promise<void> {
  const adapter = await importModel(job.modelModule, job.modelId);
  const trial = createTrial({
    ...job,
    adapter,
    classNames: job.images.classNames,
    images: await openTrialImages(job.images),
    queue: adapter.needsTensorflow ? tensorflowQueue : noQueue,
    slowdown: measureSlowdown,
    onFitted: (seconds) => void send({ type: 'fitted', seconds }),
  });
  for (const checkId of job.checkIds) {
    const check = checks.find(({ id }) => id === checkId);
    if (!check) throw new Error(`no check "${checkId}"`);
    await send({ type: 'started', checkId });
    const finding = await runCheck(check, trial);
    await send({ type: 'found', checkId, finding });
    // A failed check may leave a running fit or leaked memory, which would disturb the next check.
    if (finding.verdict === 'failed') break;
  }
  process.exit(0);
}

function send(message: CheckMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, undefined, undefined, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
