// Environment variables for child processes that work in another folder, such as another checkout.
import { cacheFolder } from './cache.ts';

/** Variables that git sets for hooks. They would point git at the user's own checkout from any folder. */
const GIT_VARIABLES = [
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_WORK_TREE',
];
/** Variables that npm sets for the script it runs. npm must find its own values in the other folder. */
const NPM_VARIABLES = /^(?:npm_(?:command|config_local_prefix|lifecycle_.*|package_.*)|INIT_CWD)$/i;

/** Returns this process's environment without the variables that refer to its folder. The cache path is absolute. */
export function environmentForOtherFolder(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !GIT_VARIABLES.includes(name) && !NPM_VARIABLES.test(name),
  );
  return { ...Object.fromEntries(kept), FITTING_ROOM_CACHE: cacheFolder() };
}
