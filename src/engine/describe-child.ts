// A process that loads the engine, computes a little and prints what it is: a library that crashes takes only this along.
import { describeEngine } from './describe.ts';
import { tensorflow } from './tensorflow.ts';

const tf = await tensorflow();
// Loading alone would not meet an instruction that the processor lacks.
const ones = tf.ones([64, 64]);
const [sum] = await tf.matMul(ones, ones).sum().data();
if (sum !== 64 ** 3)
  throw new Error(`the sum over a product of two 64 x 64 matrices of ones is ${sum}, not ${64 ** 3}`);
// WebGPU keeps a process alive as long as it is loaded.
process.stdout.write(`\n${JSON.stringify(await describeEngine())}\n`, () => process.exit(0));
