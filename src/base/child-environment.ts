// The environment of programs that work in another folder than the one that this process was started for.
import { cacheFolder } from './cache.ts';

/** What git sets inside of hooks: it leads git to the user's own checkout from everywhere. */
const OF_GIT_HOOKS = [
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_WORK_TREE',
];
/** What npm tells the script that it runs of itself; npm in another folder finds its own. */
const OF_NPM_SCRIPTS = /^(?:npm_(?:command|config_local_prefix|lifecycle_.*|package_.*)|INIT_CWD)$/i;

/** Gives this process's environment but for what ties it to a folder; relative paths are made absolute. */
export function environmentElsewhere(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !OF_GIT_HOOKS.includes(name) && !OF_NPM_SCRIPTS.test(name),
  );
  return { ...Object.fromEntries(kept), FITTING_ROOM_CACHE: cacheFolder() };
}
