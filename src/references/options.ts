// The options of the measurements with reference implementations, and the command that a record states.
import { quote } from 'shell-quote';
import { settingsOf } from '../run/plan-fits.ts';
import type { Setting } from '../run/settings.ts';
import type { Device } from '../types.ts';

/** What the user may choose. */
export interface ReferencesOptions {
  /** Fits of each model and reference. */
  readonly rounds: number;
  /** Images to fit on; all of the training set when absent. */
  readonly limit?: number;
  readonly set: readonly Setting[];
  readonly threads: number;
  /** What our models compute on. A reference uses a graphics card that it supports unless this is the CPU. */
  readonly device: 'auto' | Device;
  /** Ids of libraries; when absent, all but those that are measured only on request. */
  readonly libraries?: readonly string[];
  /** A Python that has the libraries installed; when absent, environments are made. */
  readonly python?: string;
  /** Folder of records. */
  readonly out: string;
  /** Seconds that a fit may take; no limit when absent. */
  readonly timeout?: number;
  /** Whether a model is left out when finished records of the same command exist. */
  readonly skipExisting?: boolean;
}

/** What the user may choose when the measurement is about growing numbers of images. */
export interface ScalingOptions extends ReferencesOptions {
  /** No fit is started that is expected to take longer. */
  readonly stopSeconds: number;
}

/**
 * Writes the command that measures one model and its references again.
 *
 * @param modelId our model
 */
export function referencesCommandOf(options: ReferencesOptions, modelId: string): string {
  return commandOf(options, modelId, `--rounds ${options.rounds}`);
}

/**
 * Writes the command that measures one model on growing numbers of images again.
 *
 * @param modelId any model
 */
export function scalingCommandOf(options: ScalingOptions, modelId: string): string {
  return commandOf(options, modelId, `--scaling --stop-seconds ${options.stopSeconds}`);
}

function commandOf(
  { limit, set, threads, device, libraries, python }: ReferencesOptions,
  modelId: string,
  kind: string,
): string {
  return [
    `npm run references -- --models ${modelId}`,
    ...(libraries ? [`--libraries ${libraries.join(',')}`] : []),
    ...(device === 'cpu' ? [] : [`--device ${device}`]),
    ...(python === undefined ? [] : [`--python ${quote([python])}`]),
    kind,
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...settingsOf(set, modelId),
    `--threads ${threads}`,
  ].join(' ');
}
