// Checks that the engine loads and computes, in a child process, because a library may crash its process.
import { describeEnd, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';
import { ENGINE_ENVIRONMENT } from '../runtime/environment.ts';
import { CUDA_TIMEOUT_SECONDS } from '../trial/engine-trial.ts';
import { LOG_ENVIRONMENT, whyNoGpu } from './why-no-gpu.ts';

/** Result of a probe. */
export interface Probe {
  /** Version of TensorFlow: `'2.21.0'`. */
  readonly version: string;
  /** Whether the library computes on a GPU. */
  readonly isGpu: boolean;
  /** TensorFlow's reason for not using a GPU; null if it uses one, was not expected to, or gives no reason. */
  readonly whyNoGpu: string | null;
}

/** Options of a probe. */
export interface ProbeOptions {
  /** Folder of @tensorflow/tfjs-node-gpu. */
  readonly packageDir: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether a GPU is expected to compute. Default: false. */
  readonly wantsGpu?: boolean;
  /** The Node program. Default: that of this process. */
  readonly node?: string;
}

const TIMEOUT_SECONDS = 5 * 60;
/** Number of characters of the error output in a message. */
const ERROR_LENGTH = 600;
/** The log of a start has some kilobytes. */
const LOG_LENGTH = 2 ** 24;

/** Multiplies two 2 x 2 matrices: [[1, 2], [3, 4]] x [[5, 6], [7, 8]] = [[19, 22], [43, 50]]. */
const SCRIPT = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const product = Array.from(tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).dataSync());
if (product.join() !== '19,22,43,50') throw new Error('a matrix product was wrong: ' + product);
process.stdout.write('\\n' + JSON.stringify({ version: tf.backend().binding.TF_Version, isGpu: tf.backend().isUsingGpuDevice }));
`;

/**
 * Loads the engine in a child process and multiplies two matrices with it.
 *
 * @throws UserError with the library's message if it does not load, crashes, hangs or computes wrongly
 */
export async function probeEngine({
  packageDir,
  environment = {},
  wantsGpu = false,
  node = process.execPath,
}: ProbeOptions): Promise<Probe> {
  const env: NodeJS.ProcessEnv = {
    ...ENGINE_ENVIRONMENT,
    ...process.env,
    ...environment,
    ...(wantsGpu && LOG_ENVIRONMENT),
  };
  // The probe does not need what this process loads first.
  delete env['NODE_OPTIONS'];
  const end = await runChild([node, '--input-type=commonjs', '-e', SCRIPT, packageDir], {
    env,
    timeoutSeconds: wantsGpu ? CUDA_TIMEOUT_SECONDS : TIMEOUT_SECONDS,
    graceMilliseconds: 0,
    outputLimit: LOG_LENGTH,
  });
  const seen = end.code === 0 ? readAnswer(end.stdout) : null;
  if (seen) return { ...seen, whyNoGpu: wantsGpu && !seen.isGpu ? whyNoGpu(end.stderr) : null };
  const thrown = /^\w*Error: .*$/m.exec(end.stderr)?.[0];
  // With `wantsGpu` the error output is a long log; otherwise its end has the reason.
  const reason = thrown ?? (wantsGpu ? whyNoGpu(end.stderr) : end.stderr.trim().slice(-ERROR_LENGTH));
  throw new UserError(
    `TensorFlow's library does not load: ${reason || describeEnd(end)}; if it loaded before, remove the engine's folder ` +
      'in the cache, so that it is downloaded again (npm run doctor shows the cache folder)',
  );
}

function readAnswer(stdout: string): Pick<Probe, 'version' | 'isGpu'> | null {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Pick<Probe, 'version' | 'isGpu'>;
  } catch {
    return null;
  }
}
