// What the environment says to TensorFlow.

/** What the environment of a process that computes holds, unless the user's own holds something else. */
export const ENGINE_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '3',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // Off by default on a CPU without AVX-512, though convolutions are much faster by these kernels there too.
  TF_ENABLE_ONEDNN_OPTS: '1',
};

/**
 * Prepares this process for TensorFlow, before it is loaded, where a person reads what the process prints: the oneDNN
 * kernels announce themselves in two lines that no level of logging silences, and are not needed for a few predictions.
 */
export function useQuietEngine(): void {
  for (const [name, value] of Object.entries({ ...ENGINE_ENVIRONMENT, TF_ENABLE_ONEDNN_OPTS: '0' })) {
    process.env[name] ??= value;
  }
}

/** Names the variable that says the precision of compiled training. */
export const PRECISION_VARIABLE = 'FITTING_ROOM_PRECISION';

/** Variables that change what TensorFlow computes, or how fast. */
export const ENGINE_SETTINGS: readonly string[] = [
  'TF_ENABLE_ONEDNN_OPTS',
  'ONEDNN_DEFAULT_FPMATH_MODE',
  // 0: CUDA's libraries compute in full single precision, where they would round factors to TensorFloat-32.
  'NVIDIA_TF32_OVERRIDE',
  // bfloat16: compiled training multiplies factors of 8 significant bits.
  PRECISION_VARIABLE,
];
