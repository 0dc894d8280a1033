// `npm run doctor`: says which engine, device, data and versions a bench uses and what is wrong with them, or checks models.
import { Command, Option } from 'commander';
import type { EngineProgress } from '../engine/provision/provision-engine.ts';
import type { Io } from '../terminal/io.ts';
import { type DoctorTools, diagnose, realTools } from './diagnose.ts';
import { type CheckModelsOptions, checkModels } from './doctor-models.ts';
import { formatDiagnosis } from './format-diagnosis.ts';
import { collectSettings, wholeNumber } from './options.ts';

/** Seconds that one check of a model may take unless the user says otherwise. */
const CHECK_SECONDS = 300;

/**
 * Builds the command that examines the machine, or models.
 *
 * @param io where it prints
 * @param tools fakes for tests
 */
export function doctorCommand(io: Io, tools: DoctorTools = realTools): Command {
  return new Command('doctor')
    .description(
      'say which engine, device, data and versions will be used, and what is wrong; or what is wrong with models',
    )
    .argument('[model...]', 'models to check, each by all checks (docs/models.md lists them)')
    .option('--set <model.param=value>', 'check with another parameter; may be repeated', collectSettings, [])
    .option('--seed <n>', 'the seed of the fits', wholeNumber(0), 1)
    .addOption(
      new Option('--device <device>', 'what computes').choices(['auto', 'cpu', 'gpu', 'webgpu']).default('auto'),
    )
    .option('--timeout <seconds>', 'how long one check may take', wholeNumber(1), CHECK_SECONDS)
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nSets the engine up where that was not done yet. Exits with 1 when the bench cannot work, or a check fails.',
    )
    .action(async (ids: string[], options: CheckModelsOptions) => {
      let step = '';
      const onProgress = (progress: EngineProgress): void => {
        if (progress.step !== step) io.err(`engine: ${progress.step}`);
        step = progress.step;
      };
      if (ids.length > 0) {
        await checkModels(ids, options, io, {
          loadDataset: tools.loadDataset,
          async provision(device) {
            const status = await tools.ensure(onProgress, device);
            for (const notice of status.notices) io.err(`engine: ${notice}`);
            return status.device;
          },
        });
        return;
      }
      const diagnosis = await diagnose(onProgress, tools, options.device);
      io.out(options.json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis, io.colour));
      io.exit(diagnosis.problems.some(({ isBlocking }) => isBlocking) ? 1 : 0);
    });
}
