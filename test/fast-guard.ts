// Set up before every fast test file: what makes tests slow is refused, so that a slow test cannot hide among fast ones.
import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const ENGINES = /tfjs_binding|libtensorflow|dawn/;
const PROGRAMS = /^(node|npm|npx|chromium.*|chrome|python.*|g\+\+)$/;

const refuse = (what: string): never => {
  throw new Error(`A fast test must not ${what}. Rename its file to *.slow.test.ts, or test without it.`);
};

const checkProgram = (file: string): void => {
  if (PROGRAMS.test(path.basename(file))) refuse(`start ${path.basename(file)}`);
};

const { dlopen } = process;
process.dlopen = (module: object, file: string, ...flags: number[]) => {
  if (ENGINES.test(file)) refuse(`load the engine (${file})`);
  return Reflect.apply(dlopen, process, [module, file, ...flags]);
};

const prototype = ChildProcess.prototype as unknown as { spawn(options: { file: string }): unknown };
const { spawn } = prototype;
prototype.spawn = function (options) {
  checkProgram(options.file);
  return Reflect.apply(spawn, this, [options]);
};

const { spawnSync } = childProcess;
Object.assign(childProcess, {
  spawnSync: (file: string, ...rest: unknown[]) => {
    checkProgram(file);
    return Reflect.apply(spawnSync, childProcess, [file, ...rest]);
  },
});
syncBuiltinESMExports();
