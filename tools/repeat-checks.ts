// `node --import ./bin/typescript.mjs tools/repeat-checks.ts`: runs the conformance checks on models again and again while other processes keep the
// machine busy, and lists the checks that failed. Correct models must pass every time.
import { spawn } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';
import { Command } from 'commander';
import { findModels, modelIds, modelModule } from '../src/cli/model-list.ts';
import { wholeNumber } from '../src/cli/options.ts';
import { describeError, runProgram } from '../src/cli/program.ts';
import { checks } from '../src/conformance/all-checks.ts';
import { type CheckResult, checkModel } from '../src/conformance/check-model.ts';
import { countsText } from '../src/conformance/conformance-text.ts';
import { prepareTrialImages } from '../src/conformance/trial/small-data.ts';
import { loadDataset } from '../src/data/dataset.ts';
import type { PreparedSplit } from '../src/data/prepared.ts';
import { duration } from '../src/document/format.ts';
import { ensureEngine } from '../src/engine/provision/provision-engine.ts';
import type { Io } from '../src/terminal/io.ts';
import { terminalIo, watchProcess } from '../src/terminal/terminal-io.ts';
import type { ModelAdapter } from '../src/types.ts';

/** Time limit of one check, in seconds: that of `npm run doctor`. */
const CHECK_SECONDS = 300;

interface Options {
  readonly runs: number;
  readonly busy: number;
  readonly only?: string;
}

function repeatChecksCommand(io: Io): Command {
  return new Command('repeat-checks')
    .description('run the conformance checks on models repeatedly on a busy machine, and list the checks that failed')
    .argument('[model...]', 'models to check; by default all')
    .option('--runs <n>', 'how many times', wholeNumber(1), 20)
    .option('--busy <n>', 'number of processes that compute all the time', wholeNumber(0), os.availableParallelism())
    .option('--only <ids>', 'checks to run, separated by commas; by default all')
    .addHelpText('after', '\nExit status: 0 no check failed, 1 otherwise. Ctrl-C ends the run.')
    .action(async (ids: string[], options: Options) =>
      repeatChecks(await findModels(ids.length > 0 ? ids : modelIds, io), options, io),
    );
}

async function repeatChecks(adapters: readonly ModelAdapter[], { runs, busy, only }: Options, io: Io): Promise<void> {
  const ids = only?.split(',');
  const chosen = checks.filter(({ id }) => !ids || ids.includes(id));
  await ensureEngine({ device: 'cpu' });
  const images = await prepareTrialImages(await loadDataset('fashion-mnist'));
  const stopBusy = startBusyProcesses(busy);
  const failures: string[] = [];
  try {
    for (let run = 1; run <= runs; run++) {
      for (const { id, params } of adapters) {
        const start = performance.now();
        const results = await checkOnce({ modelId: id, params, images }, chosen, run);
        const seconds = duration((performance.now() - start) / 1000);
        io.out(`run ${run} of ${runs}, ${id}: ${countsText(results)}; ${seconds}`);
        for (const { check, finding } of results) {
          const text = `${id}, ${check.id}: ${finding.message}`;
          if (finding.verdict === 'failed') failures.push(`run ${run}, ${text}`);
          if (finding.verdict === 'failed' || finding.verdict === 'inconclusive')
            io.out(`  ${finding.verdict}: ${text}`);
        }
      }
    }
  } finally {
    stopBusy();
  }
  io.out(failures.length === 0 ? 'no check failed' : `failed checks: ${failures.length}\n${failures.join('\n')}`);
  io.exit(failures.length === 0 ? 0 : 1);
}

/** Runs checks on a model. The number of the run is the seed. */
function checkOnce(
  job: { modelId: string; params: ModelAdapter['params']; images: PreparedSplit },
  chosen: typeof checks,
  seed: number,
): Promise<CheckResult[]> {
  return checkModel(
    {
      ...job,
      modelModule: modelModule(job.modelId),
      seed,
      device: 'cpu',
      threads: os.availableParallelism(),
    },
    chosen,
    { timeoutSeconds: CHECK_SECONDS },
  );
}

/** Computes all the time, and ends with the process that started it. */
const BUSY = `
process.on('disconnect', () => process.exit());
const compute = () => {
  const end = Date.now() + 50;
  while (Date.now() < end);
  setImmediate(compute);
};
compute();
`;

/** Starts processes that compute until the returned function is called. */
function startBusyProcesses(count: number): () => void {
  const processes = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', BUSY], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  return () => {
    for (const one of processes) one.kill();
  };
}

const io = terminalIo();
watchProcess(io, describeError);
await runProgram(repeatChecksCommand(io), io, process.argv.slice(2));
