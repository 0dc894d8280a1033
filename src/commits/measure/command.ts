// The commands that stand in records, taken apart: what to run again, and under which conditions a fit was made.
import path from 'node:path';
import { parse } from 'shell-quote';

const BENCH = ['npm', 'run', 'bench'];
/** Options of bench that take no value. */
const FLAGS = ['--quick', '--resume', '--skip-existing'];
/** Options that say which fits are made, or how far they may go, not under which conditions. */
const NO_CONDITIONS = ['--models', '--seed', '--seeds', '--repeats', '--benchmark', '--timeout', '--shard', ...FLAGS];

/**
 * Takes a command apart as a shell does.
 *
 * @param command as it stands in a record
 * @returns the options of `npm run bench`; null when it is another command, or one that only a shell could run
 */
export function wordsOfBench(command: string): string[] | null {
  const words = parse(command, (name) => `$${name}`);
  if (!words.every((word) => typeof word === 'string')) return null;
  if (!BENCH.every((word, i) => words[i] === word)) return null;
  const rest = words.slice(BENCH.length);
  return rest[0] === '--' ? rest.slice(1) : rest;
}

/**
 * Finds the conditions of one model's fits: data, images, device, parameters. Equal texts stand for equal conditions of
 * one code, on one benchmark.
 *
 * @param words options of bench
 * @param modelId settings of other models play no part
 */
export function conditionsOf(words: readonly string[], modelId: string): string {
  const conditions: (readonly [string, string])[] = [];
  for (let i = 0; i < words.length; i++) {
    const [option, joined] = splitOption(words[i]!);
    const value = FLAGS.includes(option) ? '' : (joined ?? words[++i] ?? '');
    if (NO_CONDITIONS.includes(option)) continue;
    if (option === '--device' && value === 'auto') continue;
    if (option === '--set' && !value.startsWith(`${modelId}.`)) continue;
    conditions.push([option, option === '--dataset' ? path.resolve(value) : value]);
  }
  // Of settings of one parameter the last counts: they keep their order.
  return JSON.stringify(conditions.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function splitOption(word: string): [option: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
