// `npm run doctor`: reports engine, device, data and versions with their problems, or checks models.
import { Command, Option } from 'commander';
import { UserError } from '../base/errors.ts';
import type { EngineProgress } from '../engine/provision/engine-status.ts';
import type { Io } from '../terminal/io.ts';
import { type DoctorTools, diagnose, realTools } from './diagnose.ts';
import type { CacheOptions } from './doctor-cache.ts';
import { type CheckModelsOptions, checkModels } from './doctor-models.ts';
import { formatDiagnosis } from './format-diagnosis.ts';
import { collectSettings, jsonOption, wholeNumber } from './options.ts';
import { printJson } from './outputs/define-output.ts';

/** Default time limit of one check, in seconds. */
const CHECK_SECONDS = 300;

/**
 * Builds the command that diagnoses this machine, or checks models.
 *
 * @param io where it prints
 * @param tools fakes for tests
 */
export function doctorCommand(io: Io, tools: DoctorTools = realTools): Command {
  return new Command('doctor')
    .description(
      'report engine, device, data and versions with their problems; with models: run the conformance checks on them',
    )
    .argument('[model...]', 'models to check (docs/models.md lists the checks)')
    .option('--only <check>', 'run only this check; repeatable', collectChecks, [])
    .option('--set <model.param=value>', 'check with another parameter; repeatable', collectSettings, [])
    .option('--seed <n>', 'seed of the fits', wholeNumber(0), 1)
    .addOption(
      new Option('--device <device>', 'device that computes').choices(['auto', 'cpu', 'gpu', 'webgpu']).default('auto'),
    )
    .option('--timeout <seconds>', 'time limit of one check', wholeNumber(1), CHECK_SECONDS)
    .option('--verbose', 'also print what models print while several are checked, and the whole stack of an error')
    .option('--cache', 'list what is in the cache: sizes, limits and last use')
    .option('--clear [kind]', 'with --cache: remove one kind, or everything; what is in use stays')
    .addOption(jsonOption())
    .addHelpText('after', '\nInstalls the engine if necessary.')
    .action(async (ids: string[], options: CheckModelsOptions & CacheOptions & { readonly cache?: boolean }) => {
      if (options.cache && ids.length === 0) return (await import('./doctor-cache.ts')).doctorCache(options, io);
      if (options.cache || options.clear !== undefined) {
        throw new UserError(
          `${options.cache ? `--cache takes no models: ${ids.join(', ')}` : '--clear needs --cache'}; use --cache, or --cache --clear KIND`,
        );
      }
      if (options.only.length > 0 && ids.length === 0) {
        throw new UserError(
          `--only ${options.only[0]} needs a model to check, e.g. npm run doctor -- knn --only ${options.only[0]}`,
        );
      }
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
      if (options.json) printJson(io, (await import('./outputs/doctor-output.ts')).doctorOutput, diagnosis);
      else io.out(formatDiagnosis(diagnosis, io.colour));
      io.exit(diagnosis.problems.some(({ isBlocking }) => isBlocking) ? 1 : 0);
    });
}

/** For Commander. */
function collectChecks(id: string, earlier: string[]): string[] {
  return [...earlier, id];
}
