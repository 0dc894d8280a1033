// The options of the measurements with reference implementations, and the commands that records state.
import { quote } from 'shell-quote';
import { settingsOf } from '../run/bench-command.ts';
import type { Setting } from '../run/settings.ts';
import type { Device } from '../types.ts';

/** What every measurement takes. */
export interface MeasureOptions {
  /** Images to fit on; all of the training set when absent. */
  readonly limit?: number;
  readonly set: readonly Setting[];
  readonly threads: number;
  /** What our models compute on. A reference uses a graphics card that it supports unless this is the CPU. */
  readonly device: 'auto' | Device;
  /** Folder of records. */
  readonly out: string;
  /** Seconds that a fit may take; no limit when absent. */
  readonly timeout?: number;
  /** Whether fits are left out that have finished records of the same command. */
  readonly skipExisting?: boolean;
}

/** What the comparison with references takes. */
export interface ReferencesOptions extends MeasureOptions {
  /** Fits of each model and reference. */
  readonly rounds: number;
  /** Ids of libraries; when absent, all but those that are measured only on request. */
  readonly libraries?: readonly string[];
  /** A Python that has the libraries installed; when absent, environments are made. */
  readonly python?: string;
}

/** What the measurement of growing numbers of images takes. */
export interface ScalingOptions extends MeasureOptions {
  /** No fit is started that is expected to take longer. */
  readonly stopSeconds: number;
}

/**
 * Writes the command that measures one model and its references again.
 *
 * @param modelId our model
 */
export function referencesCommandOf(options: ReferencesOptions, modelId: string): string {
  const { libraries, python, rounds } = options;
  return commandOf(options, modelId, [
    ...(libraries ? [`--libraries ${libraries.join(',')}`] : []),
    ...(python === undefined ? [] : [`--python ${quote([python])}`]),
    `--rounds ${rounds}`,
  ]);
}

/**
 * Writes the command that measures one model on growing numbers of images again.
 *
 * @param modelId any model
 */
export function scalingCommandOf(options: ScalingOptions, modelId: string): string {
  return commandOf(options, modelId, [`--scaling --stop-seconds ${options.stopSeconds}`]);
}

function commandOf({ limit, set, threads, device }: MeasureOptions, modelId: string, own: readonly string[]): string {
  return [
    `npm run references -- --models ${modelId}`,
    ...own,
    ...(device === 'cpu' ? [] : [`--device ${device}`]),
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...settingsOf(set, modelId),
    `--threads ${threads}`,
  ].join(' ');
}
