// The shell command that makes one record again, as records keep it.
import type { BenchmarkDefinition, Device } from '../types.ts';
import type { Setting } from './settings.ts';

/** What of a run's options the command of one fit repeats. */
export interface CommandOptions {
  readonly dataset?: string | undefined;
  readonly validation?: number | undefined;
  readonly limit?: number | undefined;
  readonly device: 'auto' | Device;
  readonly settings: readonly Setting[];
}

/**
 * Writes the command that makes one record again.
 *
 * @param benchmark the benchmark to name; null for the default one, which needs no name
 * @param modelId of the only model that the command fits; settings of other models are left out
 */
export function benchCommand(
  benchmark: BenchmarkDefinition | null,
  modelId: string,
  seed: number,
  options: CommandOptions,
): string {
  const { dataset, validation, limit, device } = options;
  return [
    'npm run bench --',
    ...(benchmark === null ? [] : [`--benchmark ${benchmark.id}`]),
    `--models ${modelId}`,
    ...(dataset === undefined ? [] : [`--dataset ${quoted(dataset)}`]),
    ...(validation === undefined ? [] : [`--validation ${validation}`]),
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...(device === 'auto' ? [] : [`--device ${device}`]),
    `--seed ${seed}`,
    ...settingsOf(options.settings, modelId),
  ].join(' ');
}

/** Writes the options that change the parameters of one model, for a shell. */
export function settingsOf(settings: readonly Setting[], modelId: string): string[] {
  return settings
    .filter((setting) => setting.modelId === modelId)
    .map(({ param, text }) => `--set ${quoted(`${modelId}.${param}=${text}`)}`);
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
