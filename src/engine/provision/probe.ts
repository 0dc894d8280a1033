// Does the engine really load and compute? Asked in a process of its own, which may crash.
import { execFile } from 'node:child_process';
import { UserError } from '../../base/errors.ts';
import { ENGINE_ENVIRONMENT } from '../runtime/environment.ts';
import { CUDA_MILLISECONDS } from '../trial/engine-trial.ts';
import { LOG_ENVIRONMENT, whyNoGpu } from './why-no-gpu.ts';

/** What a probe saw. */
export interface Probe {
  /** TensorFlow's version: `'2.21.0'`. */
  readonly version: string;
  /** Whether the library computes on a GPU. */
  readonly isGpu: boolean;
  /** Why it does not, in TensorFlow's words; null when it does, was not expected to, or does not say. */
  readonly whyNoGpu: string | null;
}

/** What to probe. */
export interface ProbeOptions {
  /** The folder of @tensorflow/tfjs-node-gpu. */
  readonly packageDir: string;
  /** Added to the process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether a GPU is expected to compute; false by default. */
  readonly wantsGpu?: boolean;
  /** The Node to try, this one unless named. */
  readonly node?: string;
}

const TIMEOUT_MILLISECONDS = 5 * 60_000;
const LAST_WORDS = 600;
/** TensorFlow's log of a start has some kilobytes. */
const LOG_BYTES = 2 ** 24;

/** Multiplies two 2 x 2 matrices: [[1, 2], [3, 4]] x [[5, 6], [7, 8]] = [[19, 22], [43, 50]]. */
const SCRIPT = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const product = Array.from(tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).dataSync());
if (product.join() !== '19,22,43,50') throw new Error('a matrix product came out as ' + product);
process.stdout.write('\\n' + JSON.stringify({ version: tf.backend().binding.TF_Version, isGpu: tf.backend().isUsingGpuDevice }));
`;

/**
 * Loads the engine in a child process and multiplies two matrices with it.
 *
 * @throws UserError with the library's own words when it does not load, crashes, hangs or computes wrongly
 */
export function probeEngine({
  packageDir,
  environment = {},
  wantsGpu = false,
  node = process.execPath,
}: ProbeOptions): Promise<Probe> {
  const env = { ...ENGINE_ENVIRONMENT, ...process.env, ...environment, ...(wantsGpu && LOG_ENVIRONMENT) };
  // Loaders of the parent (tsx) have no business in the probe.
  delete (env as NodeJS.ProcessEnv)['NODE_OPTIONS'];
  return new Promise((resolve, reject) => {
    execFile(
      node,
      ['--input-type=commonjs', '-e', SCRIPT, packageDir],
      {
        env,
        timeout: wantsGpu ? CUDA_MILLISECONDS : TIMEOUT_MILLISECONDS,
        killSignal: 'SIGKILL',
        maxBuffer: LOG_BYTES,
      },
      (error, stdout, stderr) => {
        try {
          if (error) throw error;
          const seen = JSON.parse(stdout.trim().split('\n').at(-1)!) as Pick<Probe, 'version' | 'isGpu'>;
          resolve({ ...seen, whyNoGpu: wantsGpu && !seen.isGpu ? whyNoGpu(stderr) : null });
        } catch {
          const ending = error?.signal ? `killed by ${error.signal}` : `exit status ${error?.code ?? 0}`;
          const thrown = /^\w*Error: .*$/m.exec(stderr)?.[0];
          // The whole log is there where a GPU is wanted; else what there is says why.
          const words = thrown ?? (wantsGpu ? whyNoGpu(stderr) : stderr.trim().slice(-LAST_WORDS));
          reject(
            new UserError(
              `TensorFlow's library does not load: ${words || ending}; if it did before, remove the engine's folder ` +
                'in the cache to fetch it anew (npm run doctor names the cache)',
            ),
          );
        }
      },
    );
  });
}
