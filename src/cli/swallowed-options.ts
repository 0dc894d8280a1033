// Options that npm takes for itself: `npm run bench --quick` starts bench without --quick, because the `--` is missing.
import type { Command } from 'commander';
import { quote } from 'shell-quote';
import { UserError } from '../base/errors.ts';

/** What npm puts there itself in every run, so that it says nothing about what was typed. */
const SET_BY_NPM: ReadonlySet<string> = new Set(['cache']);

/**
 * Refuses to run a command without the options that npm took for itself.
 *
 * @param command the one that was typed
 * @param args what npm passed on
 * @param env the environment, where npm puts the options that it takes: `npm_config_quick`
 * @throws UserError that says what to type
 */
export function refuseSwallowed(command: Command, args: readonly string[], env: NodeJS.ProcessEnv): void {
  if (env['npm_lifecycle_event'] !== command.name()) return;
  const options = [command, ...command.commands].flatMap(({ options: own }) => own);
  const taken = options.flatMap(({ long, negate }) => {
    if (!long) return [];
    const name = long.replace(negate ? /^--no-/ : /^--/, '');
    if (SET_BY_NPM.has(name)) return [];
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    // npm writes `--no-report` as an empty report.
    if (value === undefined || negate !== (value === '')) return [];
    return value === '' || value === 'true' ? [[long]] : [[long, value]];
  });
  if (taken.length === 0) return;
  const names = taken.map(([long]) => long).join(', ');
  throw new UserError(
    `npm took ${names} for itself, because the -- is missing; type: npm run ${command.name()} -- ` +
      // A subcommand comes before its options, the value of an option after it.
      quote(command.commands.length > 0 ? [...args, ...taken.flat()] : [...taken.flat(), ...args]),
  );
}
