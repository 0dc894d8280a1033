// The Python wheels with TensorFlow's library and NVIDIA's CUDA libraries: versions, checksums and the files to unpack.

/** Version of the TensorFlow library that is installed. */
export const TENSORFLOW_VERSION = '2.21.0';
/** Entries of a wheel to unpack: those that match `from`, with the name `to` (which may contain `$1`). */
export interface UnpackRule {
  readonly from: RegExp;
  readonly to: string;
}

/** A Python wheel: a zip file that pip can download. */
export interface Wheel {
  /** Name for pip. */
  readonly name: string;
  readonly version: string;
  /** File name; its tags select the platform. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Size of the unpacked files in bytes. */
  readonly unpackedBytes: number;
  readonly rules: readonly UnpackRule[];
}

/** Headers of the C API that the addon's sources include, directly or indirectly. */
const HEADERS = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
];

const exactly = (from: string, to: string): UnpackRule => ({
  from: new RegExp(`^${from.replaceAll('.', '\\.')}$`),
  to,
});

const TENSORFLOW_RULES: readonly UnpackRule[] = [
  exactly('tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'),
  exactly('tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'),
  ...HEADERS.map((header) => exactly(`tensorflow/include/${header}`, `include/${header}`)),
];
/** Folders keep their names, because TensorFlow's libraries look for `../nvidia/cublas/lib` and so on. */
const NVIDIA_RULES: readonly UnpackRule[] = [
  // Not unpacked: a second build of the run-time compiler, and libraries that TensorFlow does not open.
  { from: /^(nvidia\/[^/]+\/lib\/(?!libnvblas|libcufftw|libcusolverMg|.*\.alt\.)[^/]+\.so[^/]*)$/, to: '$1' },
];

/** TensorFlow for x64 processors. */
export const CPU_X64: Wheel = {
  name: 'tensorflow-cpu',
  version: TENSORFLOW_VERSION,
  file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273829956,
  unpackedBytes: 853308936 + 300_000,
  rules: TENSORFLOW_RULES,
};
/** TensorFlow for arm64 processors. There the wheel without a suffix is the one for CPUs. */
export const CPU_ARM64: Wheel = {
  name: 'tensorflow',
  version: TENSORFLOW_VERSION,
  file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
  sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  bytes: 281828020,
  unpackedBytes: 883062208 + 300_000,
  rules: TENSORFLOW_RULES,
};
/** TensorFlow for NVIDIA cards on x64. */
export const CUDA_X64: Wheel = {
  name: 'tensorflow',
  version: TENSORFLOW_VERSION,
  file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  bytes: 572440367,
  unpackedBytes: 1259021080 + 300_000,
  rules: TENSORFLOW_RULES,
};

/**
 * The CUDA libraries that TensorFlow opens, at the versions that pip resolved for the extra `and-cuda` of the wheel
 * `tensorflow` when this list was made. Not needed from that extra: nvidia-cuda-nvcc (a compiler that only XLA calls),
 * nvidia-nccl (for several cards), nvidia-cuda-cupti (for the profiler) and nvidia-curand (no longer opened).
 */
export const NVIDIA_X64: readonly Wheel[] = (
  [
    [
      'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64',
      'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      581217458,
      854310592,
    ],
    [
      'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64',
      '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      89568129,
      113447240,
    ],
    [
      'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64',
      '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      3493179,
      741088,
    ],
    [
      'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64',
      '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      716538495,
      1162393472,
    ],
    [
      'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64',
      'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      200877592,
      291507928,
    ],
    [
      'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64',
      '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      338117415,
      302024152,
    ],
    [
      'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64',
      '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      366465088,
      486556368,
    ],
    [
      'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64',
      'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      39748338,
      95935344,
    ],
  ] as const
).map(([stem, sha256, bytes, unpackedBytes]) => {
  const [name = '', version = ''] = stem.split('-');
  return {
    name: name.replaceAll('_', '-'),
    version,
    file: `${stem}.whl`,
    sha256,
    bytes,
    unpackedBytes,
    rules: NVIDIA_RULES,
  };
});
