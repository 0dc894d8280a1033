import { expect, it } from 'vitest';
import { planLinks } from '../../../src/engine/provision/package-links.ts';

it("links cusolver into a folder that TensorFlow's framework searches", () => {
  const links = planLinks([{ folder: '/c/cusolver', files: ['nvidia/cusolver/lib/libcusolver.so.11'] }]);
  expect(links[0]).toEqual({
    at: 'deps/nvidia/cublas/lib/libcusolver.so.11',
    target: '/c/cusolver/nvidia/cusolver/lib/libcusolver.so.11',
  });
});

it('links each library by its name, the headers as one folder, and the two names that the linker needs', () => {
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
