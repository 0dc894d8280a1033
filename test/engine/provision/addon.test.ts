import { expect, it } from 'vitest';
import { compileArguments } from '../../../src/engine/provision/addon.ts';

it('compiles with the headers of the cache and links the libraries by a path relative to the addon', () => {
  const command = compileArguments({ nodeHeaders: '/n', include: '/i', lib: '/l', output: '/o.node' }).join(' ');
  expect(command).toContain('-I /n -I . -I /i binding/tfjs_backend.cc binding/tfjs_binding.cc -o /o.node');
  expect(command).toContain('/l/libtensorflow_cc.so.2 /l/libtensorflow_framework.so.2');
  expect(command).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
});
