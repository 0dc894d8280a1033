// Random numbers drawn on the device. Each number depends only on the seed, the step, the draw within the step and its
// position in the draw, so that a fit is reproducible and JavaScript sends no numbers.
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type Elementwise, runElementwise } from '../runtime/webgpu-device.ts';

/** Key of a draw; each value is an integer from 0 to 2^32 - 1. */
export interface DrawKey {
  readonly seed: number;
  readonly step: number;
  /** Number of the draw within the step. */
  readonly draw: number;
}

const KEY = { seed: 'u32', step: 'u32', draw: 'u32' } as const;

// The output permutation of PCG as a hash. It is good enough for noise, and integer arithmetic is equal on every card. 24
// bits give a float below 1.
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
 * @param shape shape of the result
 * @see Jarzynski, M. and Olano, M. (2020). Hash functions for GPU rendering. JCGT 9(3).
 */
export function drawUniform(tf: Tensorflow, shape: readonly number[], key: DrawKey): Tensor {
  return runElementwise(tf, UNIFORM, [], shape, { ...key });
}

/**
 * Draws a dropout mask: 0, or the factor that makes the mean 1.
 *
 * @param shape shape of the result
 * @param rate share of zeros, above 0 and below 1
 */
export function drawMask(tf: Tensorflow, shape: readonly number[], rate: number, key: DrawKey): Tensor {
  return runElementwise(tf, MASK, [], shape, { ...key, rate });
}

/** Computes in JavaScript what `drawUniform` computes at a position. Tests compare both. */
export function uniformAt(index: number, { seed, step, draw }: DrawKey): number {
  const key = hash(draw ^ hash(step ^ hash(seed)));
  return (hash(key ^ hash(index)) >>> 8) / 2 ** 24;
}

function hash(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
