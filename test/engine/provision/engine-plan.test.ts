import { expect, it } from 'vitest';
import {
  capabilityProblem,
  compileArguments,
  diskNeed,
  driverProblem,
  partName,
  pipArguments,
  planEngine,
  planLinks,
} from '../../../src/engine/provision/engine-plan.ts';

const cpu = planEngine({ platform: 'linux', arch: 'x64', variant: 'cpu' });
const cuda = planEngine({ platform: 'linux', arch: 'x64', variant: 'cuda' });

it('plans the CPU wheel for a machine without a GPU', () => {
  expect(cpu.wheels.map(({ name, version }) => `${name}==${version}`)).toEqual(['tensorflow-cpu==2.21.0']);
});

it('plans the arm64 wheel, which has no suffix', () => {
  const { wheels } = planEngine({ platform: 'linux', arch: 'arm64', variant: 'cpu' });
  expect(wheels.map(({ file }) => file)).toEqual(['tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl']);
});

it('plans the CUDA libraries that TensorFlow opens, of those that the metadata of the wheel names', () => {
  // TF_CPP_VMODULE=dso_loader=1 names those opened at start; readelf -d and strings what these need and open in turn.
  expect(cuda.wheels.map(({ name }) => name)).toEqual([
    'tensorflow',
    'nvidia-cublas-cu12',
    'nvidia-cuda-nvrtc-cu12',
    'nvidia-cuda-runtime-cu12',
    'nvidia-cudnn-cu12',
    'nvidia-cufft-cu12',
    'nvidia-cusolver-cu12',
    'nvidia-cusparse-cu12',
    'nvidia-nvjitlink-cu12',
  ]);
  for (const wheel of cuda.wheels) expect(wheel.file).toMatch(`${wheel.name.replaceAll('-', '_')}-${wheel.version}-`);
});

it('says which machines there is a library for', () => {
  expect(() => planEngine({ platform: 'darwin', arch: 'arm64', variant: 'cpu' })).toThrow(
    'TensorFlow 2.21.0 for CPUs: no library for darwin on arm64; there is one for linux on x64 and arm64',
  );
  expect(() => planEngine({ platform: 'linux', arch: 'arm64', variant: 'cuda' })).toThrow(
    'TensorFlow 2.21.0 for NVIDIA GPUs: no library for linux on arm64; there is one for linux on x64',
  );
});

it('asks pip for the tags that the file name has', () => {
  const runtime = cuda.wheels.find(({ name }) => name === 'nvidia-cuda-runtime-cu12')!;
  const words = pipArguments(runtime, '/tmp/x');
  expect(words).toContain('nvidia-cuda-runtime-cu12==12.9.79');
  expect(words.filter((word) => word.startsWith('--platform'))).toEqual([
    '--platform=manylinux2014_x86_64',
    '--platform=manylinux_2_17_x86_64',
  ]);
  expect(words).toContain('--retries=1');
  expect(words).toContain('--dest=/tmp/x');
});

it('needs room for all libraries and for the largest wheel twice', () => {
  const [small, large] = [
    { ...cpu.wheels[0]!, bytes: 10, unpackedBytes: 100 },
    { ...cpu.wheels[0]!, bytes: 30, unpackedBytes: 200 },
  ];
  // 100 + 200 + 2 x 30
  expect(diskNeed([small, large])).toBe(360);
  expect(diskNeed([])).toBe(0);
});

it('names the folder of a wheel after its file', () => {
  expect(partName(cpu.wheels[0]!)).toBe('tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64');
});

it.each([
  ['525.60.13', 8.9, null],
  ['525.125.06', null, null],
  ['570.133.20', 9, null],
  ['555.42.02', 12, null],
  ['525.60.12', 8, 'the NVIDIA driver 525.60.12 is too old for CUDA 12: at least 525.60.13 is needed; update it'],
  ['470.256.02', null, 'the NVIDIA driver 470.256.02 is too old for CUDA 12: at least 525.60.13 is needed; update it'],
  [
    '550.163.01',
    9,
    'the NVIDIA driver 550.163.01 is too old for CUDA 12.5 on a card of compute capability 9.0: at least 555.42.02 is ' +
      'needed; update it',
  ],
])('judges the driver %s on a card of compute capability %s', (driver, capability, problem) => {
  expect(driverProblem(driver, capability)).toBe(problem);
});

it('says which cards are too old', () => {
  expect(capabilityProblem('Tesla V100-SXM2-16GB', 7)).toBe(
    'Tesla V100-SXM2-16GB has compute capability 7.0: too old for cuDNN 9.28, which needs 7.5; use --device webgpu, or ' +
      '--device cpu',
  );
  expect(capabilityProblem('Tesla T4', 7.5)).toBeNull();
  expect(capabilityProblem('some card', null)).toBeNull();
});

it('unpacks what TensorFlow opens, and leaves out what lies beside it', () => {
  const unpacked = (name: string, file: string): boolean =>
    cuda.wheels.find((wheel) => wheel.name === name)!.rules.some(({ from }) => from.test(file));
  expect(unpacked('nvidia-cusolver-cu12', 'nvidia/cusolver/lib/libcusolver.so.11')).toBe(true);
  expect(unpacked('nvidia-cusolver-cu12', 'nvidia/cusolver/lib/libcusolverMg.so.11')).toBe(false);
  expect(unpacked('nvidia-cuda-nvrtc-cu12', 'nvidia/cuda_nvrtc/lib/libnvrtc.so.12')).toBe(true);
  expect(unpacked('nvidia-cuda-nvrtc-cu12', 'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.alt.so.12.9')).toBe(false);
});

it("links cusolver where TensorFlow's framework looks, which leaves out its own folder", () => {
  const links = planLinks([{ folder: '/c/cusolver', files: ['nvidia/cusolver/lib/libcusolver.so.11'] }]);
  expect(links[0]).toEqual({
    at: 'deps/nvidia/cublas/lib/libcusolver.so.11',
    target: '/c/cusolver/nvidia/cusolver/lib/libcusolver.so.11',
  });
});

it('links each library by its name, the headers as one folder, and the two names that the linker asks for', () => {
  const links = planLinks([
    { folder: '/c/tf', files: ['lib/libtensorflow_cc.so.2', 'include/a.h', 'include/b/c.h'] },
    { folder: '/c/cublas', files: ['nvidia/cublas/lib/libcublas.so.12'] },
  ]);
  expect(links).toEqual([
    { at: 'deps/lib/libtensorflow_cc.so.2', target: '/c/tf/lib/libtensorflow_cc.so.2' },
    { at: 'deps/include', target: '/c/tf/include' },
    { at: 'deps/nvidia/cublas/lib/libcublas.so.12', target: '/c/cublas/nvidia/cublas/lib/libcublas.so.12' },
    { at: 'deps/lib/libtensorflow.so', target: 'libtensorflow_cc.so.2' },
    { at: 'deps/lib/libtensorflow_framework.so', target: 'libtensorflow_framework.so.2' },
  ]);
});

it('compiles with the headers of the cache and looks for the library beside the addon', () => {
  const words = compileArguments({ nodeHeaders: '/n', include: '/i', lib: '/l', output: '/o.node' }).join(' ');
  expect(words).toContain('-I /n -I . -I /i binding/tfjs_backend.cc binding/tfjs_binding.cc -o /o.node');
  expect(words).toContain('/l/libtensorflow_cc.so.2 /l/libtensorflow_framework.so.2');
  expect(words).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
});
