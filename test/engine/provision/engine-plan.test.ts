import { expect, it } from 'vitest';
import { diskNeed, partName, planEngine } from '../../../src/engine/provision/engine-plan.ts';

const cpu = planEngine({ platform: 'linux', arch: 'x64', variant: 'cpu' });
const cuda = planEngine({ platform: 'linux', arch: 'x64', variant: 'cuda' });

it('plans the CPU wheel for a machine without a GPU', () => {
  expect(cpu.wheels.map(({ name, version }) => `${name}==${version}`)).toEqual(['tensorflow-cpu==2.21.0']);
});

it('plans the arm64 wheel, which has no suffix', () => {
  const { wheels } = planEngine({ platform: 'linux', arch: 'arm64', variant: 'cpu' });
  expect(wheels.map(({ file }) => file)).toEqual(['tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl']);
});

it('plans only those CUDA libraries of the metadata of the wheel that TensorFlow opens', () => {
  // TF_CPP_VMODULE=dso_loader=1 logs those opened at the start; readelf -d and strings show what these need and open.
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

it('rejects machines for which there is no library, and lists those with one', () => {
  expect(() => planEngine({ platform: 'darwin', arch: 'arm64', variant: 'cpu' })).toThrow(
    'TensorFlow 2.21.0 for CPUs: no library for darwin on arm64; there is one for linux on x64 and arm64',
  );
  expect(() => planEngine({ platform: 'linux', arch: 'arm64', variant: 'cuda' })).toThrow(
    'TensorFlow 2.21.0 for NVIDIA GPUs: no library for linux on arm64; there is one for linux on x64',
  );
});

it('needs disk space for all unpacked libraries and twice for the largest wheel', () => {
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

it('unpacks the files that TensorFlow opens and no others', () => {
  const unpacked = (name: string, file: string): boolean =>
    cuda.wheels.find((wheel) => wheel.name === name)!.rules.some(({ from }) => from.test(file));
  expect(unpacked('nvidia-cusolver-cu12', 'nvidia/cusolver/lib/libcusolver.so.11')).toBe(true);
  expect(unpacked('nvidia-cusolver-cu12', 'nvidia/cusolver/lib/libcusolverMg.so.11')).toBe(false);
  expect(unpacked('nvidia-cuda-nvrtc-cu12', 'nvidia/cuda_nvrtc/lib/libnvrtc.so.12')).toBe(true);
  expect(unpacked('nvidia-cuda-nvrtc-cu12', 'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.alt.so.12.9')).toBe(false);
});
