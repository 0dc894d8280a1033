// Random numbers that the device draws: each follows from the seed, the step, its draw in the step and its place in the
// draw alone, so that a fit comes out the same every time, and no number crosses over from JavaScript.
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type Elementwise, runElementwise } from '../runtime/webgpu-device.ts';

/** Where in a fit a draw happens; each a whole number from 0 to 2^32 - 1. */
export interface DrawKey {
  readonly seed: number;
  readonly step: number;
  /** Which one of the step's draws. */
  readonly draw: number;
}

const KEY = { seed: 'u32', step: 'u32', draw: 'u32' } as const;

// The output permutation of PCG as a hash: good enough for graphics and for noise, and the same on every card, since
// whole numbers are. 24 bits make a float below 1.
const FUNCTIONS = `
  fn hash(value : u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
  }
  fn uniform01(index : i32) -> f32 {
    let key = hash(uniforms.draw ^ hash(uniforms.step ^ hash(uniforms.seed)));
    return f32(hash(key ^ hash(u32(index))) >> 8u) / 16777216.0;
  }`;

const UNIFORM: Elementwise = {
  name: 'uniform',
  inputs: [],
  uniforms: KEY,
  functions: FUNCTIONS,
  value: 'uniform01(index)',
};
const MASK: Elementwise = {
  name: 'dropout-mask',
  inputs: [],
  uniforms: { ...KEY, rate: 'f32' },
  functions: FUNCTIONS,
  value: 'select(0.0, 1.0 / (1.0 - uniforms.rate), uniform01(index) >= uniforms.rate)',
};

/**
 * Draws uniform numbers in [0, 1).
 *
 * @param shape of the result
 * @see Jarzynski, M. and Olano, M. (2020). Hash functions for GPU rendering. JCGT 9(3).
 */
export function drawUniform(tf: Tensorflow, shape: readonly number[], key: DrawKey): Tensor {
  return runElementwise(tf, UNIFORM, [], shape, { ...key });
}

/**
 * Draws which values dropout keeps: 0, or what makes the mean 1.
 *
 * @param shape of the result
 * @param rate share of zeros, above 0 and below 1
 */
export function drawMask(tf: Tensorflow, shape: readonly number[], rate: number, key: DrawKey): Tensor {
  return runElementwise(tf, MASK, [], shape, { ...key, rate });
}

/** Computes in JavaScript what `drawUniform` computes at a place: for tests of the device. */
export function uniformAt(index: number, { seed, step, draw }: DrawKey): number {
  const key = hash(draw ^ hash(step ^ hash(seed)));
  return (hash(key ^ hash(index)) >>> 8) / 2 ** 24;
}

function hash(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
