import { expect, it } from 'vitest';
import { createCommands } from '../../src/cli/commands.ts';
import { refuseSwallowed } from '../../src/cli/swallowed-options.ts';
import { recordingIo } from '../fixtures/recording-io.ts';

const io = recordingIo({ out: [], err: [], code: null });
const [bench] = await createCommands(io, 'bench');
const [doctor] = await createCommands(io, 'doctor');
const [runs] = await createCommands(io, 'runs');

/** The environment that npm gives a script. */
const npm = (script: string, config: Readonly<Record<string, string>> = {}) => ({
  npm_lifecycle_event: script,
  npm_config_cache: '/cache',
  npm_config_user_agent: 'npm',
  ...config,
});

it.each([
  [{ npm_config_quick: 'true' }, [], '--quick', '--quick'],
  // npm passes on the value that follows a space.
  [{ npm_config_models: 'true' }, ['knn'], '--models', '--models knn'],
  [{ npm_config_seeds: '3', npm_config_report: '' }, [], '--seeds, --no-report', '--seeds 3 --no-report'],
  [{ npm_config_skip_existing: 'true' }, ['--json'], '--skip-existing', '--skip-existing --json'],
])('options that npm took (%j) are named, with what to type', (config, args, names, typed) => {
  expect(() => refuseSwallowed(bench!, args, npm('bench', config))).toThrow(
    `npm took ${names} for itself, because the -- is missing; type: npm run bench -- ${typed}`,
  );
});

it('options of subcommands are found, too', () => {
  expect(() => refuseSwallowed(runs!, ['prune'], npm('runs', { npm_config_older: '90d' }))).toThrow(
    'type: npm run runs -- prune --older 90d',
  );
});

it('nothing is refused where npm took nothing, or where another script runs', () => {
  refuseSwallowed(bench!, ['--quick'], npm('bench'));
  // npm names its own cache in every run.
  refuseSwallowed(doctor!, [], npm('doctor'));
  refuseSwallowed(bench!, [], npm('test', { npm_config_quick: 'true' }));
  refuseSwallowed(bench!, [], { npm_config_quick: 'true' });
});
