// `npm run doctor -- MODEL`: runs the conformance checks on models and prints what they find.
import os from 'node:os';
import { messageOf, UserError, unknownName } from '../base/errors.ts';
import { checks } from '../conformance/all-checks.ts';
import { type CheckResult, checkModel } from '../conformance/check-model.ts';
import { countsText, resultText } from '../conformance/conformance-text.ts';
import { estimateSeconds } from '../conformance/estimate-seconds.ts';
import type { Check } from '../conformance/trial/check.ts';
import { prepareTrialImages } from '../conformance/trial/small-data.ts';
import { syntheticDataset } from '../conformance/trial/synthetic-dataset.ts';
import type { Dataset } from '../data/dataset.ts';
import { fashionMnist } from '../data/fashion-mnist.ts';
import type { PreparedSplit } from '../data/prepared.ts';
import { counted, duration } from '../document/format.ts';
import { createFitLog } from '../run/fit-log.ts';
import { applyParams, type Setting } from '../run/settings.ts';
import type { Io } from '../terminal/io.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Device, ModelAdapter, Params } from '../types.ts';
import { LOG_LINES, outputLine } from './bench-progress.ts';
import { findModels, modelModule } from './model-list.ts';
import { checkSettings } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { tryParams } from './try-params.ts';

/** Options of the command, as commander parses them. */
export interface CheckModelsOptions {
  readonly json?: boolean;
  /** Whether to print what models print although several are checked, and the stacks of errors. */
  readonly verbose?: boolean;
  /** Ids of the checks to run; empty for all. */
  readonly only: readonly string[];
  readonly set: readonly Setting[];
  readonly seed: number;
  readonly device: 'auto' | Device;
  /** Time limit of one check, in seconds. */
  readonly timeout: number;
}

/** Effects of the command that tests replace. */
export interface CheckModelsTools {
  /** Makes TensorFlow available and returns the device that it computes on. */
  provision(device: 'auto' | Device): Promise<Device>;
  loadDataset(name: string): Promise<Dataset>;
}

/**
 * Runs all checks on models and prints the results. Exits with 1 if a check fails.
 *
 * @param ids at least one model, as typed
 * @throws UserError when a model or a parameter of `--set` is unknown
 */
export async function checkModels(
  ids: readonly string[],
  options: CheckModelsOptions,
  io: Io,
  tools: CheckModelsTools,
): Promise<void> {
  const chosen = chooseChecks(options.only);
  const adapters = await findModels([...new Set(ids)], io);
  checkSettings(options.set, ids);
  tryParams(adapters, options.set);
  const wanted = adapters.map((adapter) => ({ adapter, params: applyParams(adapter, {}, options.set) }));
  const tensorflowDevice = adapters.some(({ needsTensorflow }) => needsTensorflow)
    ? await tools.provision(options.device)
    : 'cpu';
  const dataset = await loadImages(tools, io);
  const images = await prepareTrialImages(dataset);
  const reports: Report[] = [];
  for (const { adapter, params } of wanted) {
    const device = adapter.needsTensorflow ? tensorflowDevice : 'cpu';
    reports.push(await checkOne({ adapter, params, device, images, chosen, options, isOnly: wanted.length === 1, io }));
  }
  if (options.json) {
    const { doctorModelsOutput } = await import('./outputs/doctor-output.ts');
    printJson(io, doctorModelsOutput, { models: reports.map(plainReport) });
  }
  const isFailed = reports.some((report) => report.checks.some(({ finding }) => finding.verdict === 'failed'));
  io.exit(isFailed ? 1 : 0);
}

/** The checks with these ids, in their usual order; all without ids. */
function chooseChecks(ids: readonly string[]): readonly Check[] {
  const known = checks.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw unknownName('check', unknown, known);
  return ids.length === 0 ? checks : checks.filter(({ id }) => ids.includes(id));
}

/** All results for one model. */
interface Report {
  readonly model: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly dataset: string;
  readonly seconds: number;
  readonly checks: readonly CheckResult[];
}

interface OneModel {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly device: Device;
  readonly images: PreparedSplit;
  readonly chosen: readonly Check[];
  readonly options: CheckModelsOptions;
  /** Whether no other model is checked. */
  readonly isOnly: boolean;
  readonly io: Io;
}

async function checkOne(one: OneModel): Promise<Report> {
  const { adapter, params, device, images, chosen, isOnly, io } = one;
  const { json, seed, timeout, verbose = false } = one.options;
  // With --json, standard output contains only the JSON.
  const say = json ? io.err : io.out;
  const start = performance.now();
  say(
    `${adapter.id}: ${counted(chosen.length, 'check')} on a subset of ${images.name}, device ${device}, seed ${seed}`,
  );
  let line: ReturnType<typeof startProgress> | undefined;
  let done = 0;
  let isEstimated = false;
  let log = createFitLog();
  const job = {
    modelModule: modelModule(adapter.id),
    modelId: adapter.id,
    params,
    seed,
    device,
    threads: os.availableParallelism(),
    images,
  };
  const results = await checkModel(job, chosen, {
    timeoutSeconds: timeout,
    onLines(lines) {
      const printed = log.add(lines);
      if (verbose || isOnly) line?.print(printed.map((text) => outputLine(adapter.id, text)));
    },
    onFitted(fitSeconds) {
      // A check that follows a failure runs in a new process, which fits again.
      if (!isEstimated) line?.print([estimateText(adapter.id, chosen, fitSeconds)]);
      isEstimated = true;
    },
    onStart(check) {
      log = createFitLog();
      line = startProgress(io, adapter.id);
      line.update({ done, total: chosen.length, unit: 'check', detail: check.title });
    },
    onResult(result) {
      line?.stop();
      line = undefined;
      done++;
      if (!json) io.out(resultText(result, io.columns, io.colour, verbose));
      if (result.finding.verdict !== 'failed' || verbose || isOnly) return;
      for (const text of log.last(LOG_LINES)) io.err(`    ${outputLine(adapter.id, text)}`);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  say(`${adapter.id}: ${countsText(results)}; ${duration(seconds)}`);
  return { model: adapter.id, params, seed, device, dataset: images.name, seconds, checks: results };
}

function estimateText(id: string, chosen: readonly Check[], fitSeconds: number): string {
  const about = duration(estimateSeconds(chosen, fitSeconds));
  return `${id}: about ${about} in all; a fit of 400 images takes ${duration(fitSeconds)}`;
}

function plainReport(report: Report) {
  return {
    ...report,
    checks: report.checks.map(({ check: { id, title, meaning, cure }, finding }) => ({
      id,
      title,
      ...finding,
      ...(finding.verdict === 'failed' && { meaning, cure }),
    })),
  };
}

/** Loads Fashion-MNIST, or generates images if no source has it. */
async function loadImages(tools: CheckModelsTools, io: Io): Promise<Dataset> {
  try {
    return await tools.loadDataset(fashionMnist.name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [reason] = messageOf(error).split('\n');
    io.err(`${fashionMnist.name} cannot be loaded (${reason}); the checks use generated images instead`);
    return syntheticDataset();
  }
}
