// What has to be fetched, unpacked and linked to get TensorFlow for a machine: data only, nothing happens here.
import { UserError } from '../../base/errors.ts';

/** The version of the library that all plans install. */
export const TENSORFLOW_VERSION = '2.21.0';
/** CUDA 12 runs on any driver from here on (minor-version compatibility). */
const OLDEST_DRIVER = '525.60.13';
/** The first driver that compiles PTX 8.5, in which the library holds its kernels for cards that it has no code for. */
const OLDEST_COMPILING_DRIVER = '555.42.02';
/** From this compute capability on, the library has kernels in PTX alone: all of them beyond Hopper, most for Hopper. */
const COMPILED_FROM = 9;
/** Of the compute capabilities that the plan's cuDNN has code for: Turing. */
const OLDEST_CAPABILITY = 7.5;

/** Entries of a wheel that are unpacked: those that `from` matches, under the name that `to` gives (`$1` allowed). */
export interface UnpackRule {
  readonly from: RegExp;
  readonly to: string;
}

/** A Python wheel, to us a zip file that pip knows how to find. */
export interface Wheel {
  /** Name for pip. */
  readonly name: string;
  readonly version: string;
  /** The file's name; its tags choose the platform. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Bytes of what is unpacked. */
  readonly unpackedBytes: number;
  readonly rules: readonly UnpackRule[];
}

/** The way to one engine. */
export interface EnginePlan {
  readonly variant: 'cpu' | 'cuda';
  readonly wheels: readonly Wheel[];
}

/** What a plan depends on. */
export interface PlanFacts {
  /** As `process.platform`. */
  readonly platform: string;
  /** As `process.arch`. */
  readonly arch: string;
  readonly variant: 'cpu' | 'cuda';
}

/** The C API's headers that the addon's sources include, directly or not. */
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
/** The folders keep their names: TensorFlow's libraries look for `../nvidia/cublas/lib` and so on from where they lie. */
const NVIDIA_RULES: readonly UnpackRule[] = [
  // Left in the wheels: a second build of the run-time compiler, and interfaces that TensorFlow does not open.
  { from: /^(nvidia\/[^/]+\/lib\/(?!libnvblas|libcufftw|libcusolverMg|.*\.alt\.)[^/]+\.so[^/]*)$/, to: '$1' },
];

const CPU_X64: Wheel = {
  name: 'tensorflow-cpu',
  version: TENSORFLOW_VERSION,
  file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273829956,
  unpackedBytes: 853308936 + 300_000,
  rules: TENSORFLOW_RULES,
};
/** On arm64 the wheel without a suffix is the CPU one. */
const CPU_ARM64: Wheel = {
  name: 'tensorflow',
  version: TENSORFLOW_VERSION,
  file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
  sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  bytes: 281828020,
  unpackedBytes: 883062208 + 300_000,
  rules: TENSORFLOW_RULES,
};
const CUDA_X64: Wheel = {
  name: 'tensorflow',
  version: TENSORFLOW_VERSION,
  file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  bytes: 572440367,
  unpackedBytes: 1259021080 + 300_000,
  rules: TENSORFLOW_RULES,
};

/**
 * Of the libraries that the metadata of the wheel `tensorflow` names for its extra `and-cuda`, those that it opens, at the
 * versions that pip resolved when this list was made. Left out: nvidia-cuda-nvcc, a compiler that only XLA calls;
 * nvidia-nccl, for several cards at once; nvidia-cuda-cupti, for its profiler; nvidia-curand, which it no longer opens.
 */
const NVIDIA_X64: readonly Wheel[] = (
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

/**
 * Chooses the wheels for a machine.
 *
 * @throws UserError when no wheel with the library exists for it
 */
export function planEngine({ platform, arch, variant }: PlanFacts): EnginePlan {
  if (platform === 'linux' && arch === 'x64')
    return { variant, wheels: variant === 'cuda' ? [CUDA_X64, ...NVIDIA_X64] : [CPU_X64] };
  if (platform === 'linux' && arch === 'arm64' && variant === 'cpu') return { variant, wheels: [CPU_ARM64] };
  throw new UserError(
    `TensorFlow ${TENSORFLOW_VERSION} for ${variant === 'cuda' ? 'NVIDIA GPUs' : 'CPUs'}: no library for ${platform} on ${arch}; ` +
      `there is one for linux on x64${variant === 'cpu' ? ' and arm64' : ''}`,
  );
}

/**
 * Says whether the CUDA libraries of the plan can run on a card.
 *
 * @param model the card's name
 * @param capability its compute capability; null where it is not told
 * @returns what is wrong and what to do, or null
 */
export function capabilityProblem(model: string, capability: number | null): string | null {
  if (capability === null || capability >= OLDEST_CAPABILITY) return null;
  return (
    `${model} has compute capability ${capability.toFixed(1)}: too old for cuDNN 9.28, which needs ` +
    `${OLDEST_CAPABILITY.toFixed(1)}; use --device webgpu, or --device cpu`
  );
}

/**
 * Says whether a driver can run the CUDA libraries of the plan.
 *
 * @param driver version as nvidia-smi prints it
 * @param capability the card's compute capability; null where it is not told
 * @returns what is wrong and what to do, or null
 */
export function driverProblem(driver: string, capability: number | null): string | null {
  const isCompiled = capability !== null && capability >= COMPILED_FROM;
  const oldest = isCompiled ? OLDEST_COMPILING_DRIVER : OLDEST_DRIVER;
  const parts = (version: string): number[] => version.split('.').map(Number);
  const [have, need] = [parts(driver), parts(oldest)];
  const differs = need.findIndex((value, i) => value !== (have[i] ?? 0));
  if (differs < 0 || (have[differs] ?? 0) > need[differs]!) return null;
  const what = isCompiled ? `CUDA 12.5 on a card of compute capability ${capability.toFixed(1)}` : 'CUDA 12';
  return `the NVIDIA driver ${driver} is too old for ${what}: at least ${oldest} is needed; update it`;
}

/**
 * Names the folder of the cache that a wheel is unpacked into.
 *
 * @returns the file's name without its ending
 */
export function partName(wheel: Wheel): string {
  return wheel.file.replace(/\.whl$/, '');
}

/**
 * Adds up the disk space that fetching takes at its worst moment: everything unpacked, and the largest wheel twice,
 * since pip copies what it has downloaded.
 *
 * @param wheels those not yet unpacked
 * @returns bytes
 */
export function diskNeed(wheels: readonly Wheel[]): number {
  const unpacked = wheels.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  return unpacked + 2 * Math.max(0, ...wheels.map(({ bytes }) => bytes));
}

/**
 * Writes pip's arguments for one wheel. The user's own configuration (mirrors, find-links, certificates) stays in force.
 *
 * @param wheel what to fetch
 * @param folder where to
 */
export function pipArguments(wheel: Wheel, folder: string): string[] {
  const platforms = partName(wheel).split('-').at(-1)!.split('.');
  return [
    'download',
    `${wheel.name}==${wheel.version}`,
    '--no-deps',
    '--only-binary=:all:',
    '--implementation=cp',
    '--python-version=3.11',
    '--abi=cp311',
    ...platforms.map((platform) => `--platform=${platform}`),
    `--dest=${folder}`,
    '--retries=1',
    // The wheel passes through once; a second copy in pip's own cache would double the disk it takes.
    '--no-cache-dir',
    '--no-input',
    '--progress-bar=off',
    '--disable-pip-version-check',
  ];
}

/** A link to be made: where, relative to the package's folder, and what it points to. */
export interface Link {
  readonly at: string;
  readonly target: string;
}

/**
 * Lists the links that show unpacked wheels to the addon: `deps/lib` and `deps/nvidia` are real folders with a link a
 * file (a library looks for its siblings from the folder it was opened in), `deps/include` is one link.
 *
 * @param parts absolute folder of each unpacked wheel, with the names of its files
 */
export function planLinks(parts: readonly { readonly folder: string; readonly files: readonly string[] }[]): Link[] {
  const links: Link[] = [];
  for (const { folder, files } of parts) {
    for (const file of files) {
      if (file.startsWith('include/')) continue;
      // The framework opens this library, and its search path leaves out this folder alone of all that it needs.
      const at = file.replace('nvidia/cusolver/', 'nvidia/cublas/');
      links.push({ at: `deps/${at}`, target: `${folder}/${file}` });
    }
    if (files.some((file) => file.startsWith('include/')))
      links.push({ at: 'deps/include', target: `${folder}/include` });
  }
  return [
    ...links,
    { at: 'deps/lib/libtensorflow.so', target: 'libtensorflow_cc.so.2' },
    { at: 'deps/lib/libtensorflow_framework.so', target: 'libtensorflow_framework.so.2' },
  ];
}

/** Where the addon's sources find what they need. */
export interface CompilePaths {
  /** Folder `include` of the npm package node-api-headers. */
  readonly nodeHeaders: string;
  /** TensorFlow's headers. */
  readonly include: string;
  /** The folder of TensorFlow's two libraries. */
  readonly lib: string;
  /** The file to write. */
  readonly output: string;
}

/**
 * Writes the arguments of g++ that build the addon; to be run in the package's folder. Node-API is stable across
 * versions of Node, so one binary serves all.
 */
export function compileArguments({ nodeHeaders, include, lib, output }: CompilePaths): string[] {
  return [
    '-std=c++17',
    '-O2',
    '-shared',
    '-fPIC',
    '-DNAPI_VERSION=8',
    '-DNODE_GYP_MODULE_NAME=tfjs_binding',
    '-DBUILDING_NODE_EXTENSION',
    ...['-I', nodeHeaders, '-I', '.', '-I', include],
    'binding/tfjs_backend.cc',
    'binding/tfjs_binding.cc',
    ...['-o', output],
    `${lib}/libtensorflow_cc.so.2`,
    `${lib}/libtensorflow_framework.so.2`,
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
}
