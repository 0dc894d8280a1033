// Environment variables for TensorFlow.

/** Variables of a process that computes. The user's values have precedence. */
export const ENGINE_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '3',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // Off by default on a CPU without AVX-512, although convolutions are much faster with these kernels there, too.
  TF_ENABLE_ONEDNN_OPTS: '1',
};

/**
 * Prepares this process for TensorFlow if a person reads its output; call it before TensorFlow is loaded. It turns the oneDNN
 * kernels off, because they print two lines at every log level, and a few predictions do not need them.
 */
export function useQuietEngine(): void {
  for (const [name, value] of Object.entries({ ...ENGINE_ENVIRONMENT, TF_ENABLE_ONEDNN_OPTS: '0' })) {
    process.env[name] ??= value;
  }
}

/** Name of the variable for the precision of compiled training. */
export const PRECISION_VARIABLE = 'FITTING_ROOM_PRECISION';

/** Variables that change TensorFlow's results or speed. */
export const ENGINE_SETTINGS: readonly string[] = [
  'TF_ENABLE_ONEDNN_OPTS',
  'ONEDNN_DEFAULT_FPMATH_MODE',
  // 0: CUDA computes in full single precision instead of rounding factors to TensorFloat-32.
  'NVIDIA_TF32_OVERRIDE',
  // bfloat16: compiled training rounds factors to 8 significant bits.
  PRECISION_VARIABLE,
];
