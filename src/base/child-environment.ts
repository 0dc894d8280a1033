// Environment variables for child processes that work in another folder, such as another checkout.
import { cacheFolder } from './cache.ts';

/**
 * Variables of git that say where its settings are and how it reaches servers. All others point it at a repository, as in
 * hooks, or change what it prints.
 */
const KEPT_GIT_VARIABLES =
  /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|EXEC_PATH|SSH(?:_.*)?|SSL_.*|ASKPASS|TERMINAL_PROMPT)$/;
/** Variables that npm sets for the script it runs. npm must find its own values in the other folder. */
const NPM_VARIABLES = /^(?:npm_(?:command|config_local_prefix|lifecycle_.*|package_.*)|INIT_CWD)$/i;

/** Returns this process's environment without the variables that refer to its folder. The cache path is absolute. */
export function environmentForOtherFolder(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => (!name.startsWith('GIT_') || KEPT_GIT_VARIABLES.test(name)) && !NPM_VARIABLES.test(name),
  );
  return { ...Object.fromEntries(kept), FITTING_ROOM_CACHE: cacheFolder() };
}
