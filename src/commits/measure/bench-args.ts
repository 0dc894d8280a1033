// The arguments of bench in the command that a record keeps, and the conditions that they set.
import path from 'node:path';
import { parse } from 'shell-quote';

const BENCH = ['npm', 'run', 'bench'];
/** Options of bench without a value. */
const FLAGS = ['--quick', '--resume', '--skip-existing'];
/** Options that choose which fits are made or limit them, but do not change their conditions. */
const NO_CONDITIONS = ['--models', '--seed', '--seeds', '--repeats', '--benchmark', '--timeout', '--shard', ...FLAGS];

/**
 * Splits a command as a shell does.
 *
 * @param command the command of a record
 * @returns the arguments of `npm run bench`; null for another command, and for one that needs a shell
 */
export function benchArgsOf(command: string): string[] | null {
  const parts = parse(command, (name) => `$${name}`);
  if (!parts.every((part) => typeof part === 'string')) return null;
  if (!BENCH.every((part, i) => parts[i] === part)) return null;
  const args = parts.slice(BENCH.length);
  return args[0] === '--' ? args.slice(1) : args;
}

/**
 * Keeps the arguments of bench that set conditions: data, images, device, parameters.
 *
 * @param args arguments of bench
 */
export function conditionArgs(args: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [option, joined] = splitOption(args[i]!);
    const value = FLAGS.includes(option) ? undefined : (joined ?? args[++i] ?? '');
    if (!NO_CONDITIONS.includes(option)) kept.push(option, ...(value === undefined ? [] : [value]));
  }
  return kept;
}

/**
 * Finds the conditions of one model's fits: data, images, device, parameters. For one code and one benchmark, equal texts
 * mean equal conditions.
 *
 * @param args arguments of bench
 * @param modelId settings of other models are ignored
 */
export function conditionsOf(args: readonly string[], modelId: string): string {
  const conditions: (readonly [string, string])[] = [];
  for (let i = 0; i < args.length; i++) {
    const [option, joined] = splitOption(args[i]!);
    const value = FLAGS.includes(option) ? '' : (joined ?? args[++i] ?? '');
    if (NO_CONDITIONS.includes(option)) continue;
    if (option === '--device' && value === 'auto') continue;
    if (option === '--set' && !value.startsWith(`${modelId}.`)) continue;
    conditions.push([option, option === '--dataset' ? path.resolve(value) : value]);
  }
  // Settings keep their order: the last one of a parameter counts.
  return JSON.stringify(conditions.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function splitOption(arg: string): [option: string, value: string | undefined] {
  const at = arg.startsWith('--') ? arg.indexOf('=') : -1;
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}
