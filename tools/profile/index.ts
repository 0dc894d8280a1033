// `npm run profile -- ID`: where a compiled training step of a network spends its time.
import { Command, Option } from 'commander';
import { UserError } from '../../src/base/errors.ts';
import { findModels, loadModels, modelIds } from '../../src/cli/model-list.ts';
import { checkSettings, collectSettings, wholeNumber } from '../../src/cli/options.ts';
import { describeError, runProgram } from '../../src/cli/program.ts';
import { CannotCompile } from '../../src/engine/compile/trace.ts';
import type { EngineOptions } from '../../src/engine/provision/engine-status.ts';
import { ensureEngine } from '../../src/engine/provision/provision-engine.ts';
import { ENGINE_ENVIRONMENT } from '../../src/engine/runtime/environment.ts';
import { applyParams, type Setting } from '../../src/run/settings.ts';
import type { Io } from '../../src/terminal/io.ts';
import { terminalIo, watchProcess } from '../../src/terminal/terminal-io.ts';
import type { ModelAdapter } from '../../src/types.ts';
import { compareCalls, describeCalls } from './compare-calls.ts';
import { exampleRequest, type Network } from './network-graph.ts';
import { describePlacement, describeProfile, placeStep, profileStep, staysOnCard } from './profile-step.ts';

const DEFAULT_STEPS = 30;

interface Options {
  readonly set: readonly Setting[];
  readonly batch?: number;
  readonly steps?: number;
  readonly cuda?: boolean;
  readonly calls?: boolean;
  readonly device: EngineOptions['device'];
  readonly json?: boolean;
}

const isNetwork = (model: ModelAdapter): model is Network => 'recipe' in model;

function profileCommand(io: Io, networks: readonly string[]): Command {
  return new Command('profile')
    .description('show where a compiled training step of a network spends its time, by kind of operation')
    .argument('<id>', `a network: ${networks.join(', ')}`)
    .option('--set <model.param=value>', 'profile with another parameter; repeatable', collectSettings, [])
    .option('--batch <n>', 'images per step; by default the batch size of the network', wholeNumber(1))
    .option(
      '--steps <n>',
      `steps to take; by default ${DEFAULT_STEPS}, with --calls as many as take a second`,
      wholeNumber(1),
    )
    .option(
      '--cuda',
      'show instead which operations have no CUDA kernel, and what is copied between host and card; needs no card',
    )
    .addOption(
      new Option(
        '--calls',
        'show instead the share of a step outside TensorFlow, with one step and with several per call; needs no Python',
      ).conflicts('cuda'),
    )
    .addOption(
      new Option('--device <device>', 'what computes for --calls').choices(['auto', 'cpu', 'gpu']).default('auto'),
    )
    .option('--json', 'print the result as JSON')
    .action(async (id: string, options: Options) => {
      checkSettings(options.set, [id]);
      const network = await findNetwork(id, io);
      const params = applyParams(network, {}, options.set) as Network['params'];
      if (!params.compiled)
        throw new UserError(`${id} is not compiled with compiled=false, so it has no compiled step`);
      try {
        await profile({ ...network, params }, options, io);
      } catch (error) {
        if (!(error instanceof CannotCompile)) throw error;
        throw new UserError(`${id} is trained operation by operation, because it cannot be compiled: ${error.message}`);
      }
    });
}

async function findNetwork(id: string, io: Io): Promise<Network> {
  const [model] = await findModels([id], io);
  if (model && isNetwork(model)) return model;
  throw new UserError(
    `${id} is not a network, so it has no training step; npm run profile -- --help lists the networks`,
  );
}

async function profile(network: Network, options: Options, io: Io): Promise<void> {
  const batch = options.batch ?? network.params.batchSize;
  const print = (facts: object, text: string): void =>
    io.out(options.json ? JSON.stringify({ model: network.id, batch, ...facts }, null, 2) : text);
  if (options.calls) {
    const { device } = await ensureEngine({ device: options.device });
    Object.assign(process.env, { ...ENGINE_ENVIRONMENT, ...process.env });
    const calls = await compareCalls(await exampleRequest(network, batch), batch, options.steps);
    print({ device, ...calls }, describeCalls({ model: network.id, batch, device, ...calls }));
    return;
  }
  await ensureEngine({ device: 'cpu' });
  if (options.cuda) {
    const placement = await placeStep(network, batch, io.err);
    print(placement, describePlacement(placement));
    io.exit(staysOnCard(placement) ? 0 : 1);
    return;
  }
  const found = await profileStep(network, batch, options.steps ?? DEFAULT_STEPS, io.err);
  print(found, describeProfile(found, batch));
}

const io = terminalIo();
watchProcess(io, describeError);
const { models } = await loadModels(modelIds, io);
const networks = models.filter(isNetwork).map(({ id }) => id);
await runProgram(profileCommand(io, networks), io, process.argv.slice(2));
