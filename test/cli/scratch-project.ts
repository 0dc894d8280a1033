// A copy of this project in a git repository, whose commands run as users run them.
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { cacheFolder } from '../../src/base/cache.ts';
import { projectRoot } from '../../src/base/root.ts';
import { commit, git } from '../fixtures/repository.ts';
import type { Ended } from './run-command.ts';

const COPIED = ['benchmarks', 'bin', 'models', 'src', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** The copy. */
export interface ScratchProject {
  /** Its root. */
  readonly root: string;
  /** Runs a command of it. */
  run(...args: string[]): Promise<Ended>;
  /** Runs git in its root. */
  git(...args: string[]): string;
  /** Commits all files. Returns the full hash. */
  commit(message: string): string;
  /** Writes a file. */
  write(file: string, text: string): void;
  /** Adds text to a file, which is made if it is not there. */
  append(file: string, text: string): void;
}

/**
 * Copies this project and commits it on `main`. Its work trees and fitted models are in a separate cache.
 *
 * @param folder empty; the repository
 * @param inside the project's folder in the repository; '' for its root
 */
export function makeScratchProject(folder: string, inside = ''): ScratchProject {
  const cache = path.join(folder, 'cache');
  mkdirSync(cache);
  for (const name of ['datasets', 'engine', 'splits']) symlinkSync(cacheFolder(name), path.join(cache, name));
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
  vi.stubEnv('FITTING_ROOM_MACHINE', 'test-machine');
  const repository = path.join(folder, 'repository');
  const root = path.join(repository, inside);
  mkdirSync(root, { recursive: true });
  for (const name of COPIED) cpSync(path.join(projectRoot, name), path.join(root, name), { recursive: true });
  linkPackages(root);
  const scratch: ScratchProject = {
    root,
    run: (...args) => runCommand(root, args),
    git: (...args) => git(root, ...args),
    commit(message) {
      git(root, 'add', '--all');
      return commit(root, message);
    },
    write: (file, text) => writeFileSync(path.join(root, file), text),
    append: (file, text) => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      appendFileSync(path.join(root, file), text);
    },
  };
  git(repository, 'init', '--quiet', '--initial-branch', 'main');
  writeFileSync(path.join(repository, '.gitignore'), 'node_modules\n/trials\n');
  scratch.commit('project');
  return scratch;
}

/** Links each package, so that a test can add packages without changing those of this project. */
function linkPackages(root: string): void {
  const source = path.join(projectRoot, 'node_modules');
  const target = path.join(root, 'node_modules');
  mkdirSync(target);
  for (const name of readdirSync(source)) symlinkSync(path.join(source, name), path.join(target, name));
}

/** Runs a command of a project. */
export function runCommand(root: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const command = ['--import', './bin/typescript.mjs', 'src/cli/main.ts', ...args];
    execFile(process.execPath, command, { cwd: root, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}
