import os from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { checkMachineName, describeMachine, machineId } from '../../src/run/machine.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it.each([
  ['AMD EPYC', 2, null, 'amd-epyc-2-cores'],
  ['AMD EPYC 7763 64-Core Processor', 1, null, 'amd-epyc-7763-1-core'],
  ['Intel(R) Xeon(R) Platinum 8480+ CPU @ 2.00GHz', 16, 'NVIDIA H200', 'intel-xeon-platinum-8480-16-cores-nvidia-h200'],
  ['11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz', 8, null, 'intel-core-i7-1165g7-8-cores'],
  ['AMD Ryzen 5 5600X Six-Core Processor', 12, null, 'amd-ryzen-5-5600x-12-cores'],
  ['Apple M2', 8, null, 'apple-m2-8-cores'],
])('names a machine with a %s after its parts', (cpu, cores, gpu, id) => {
  expect(machineId({ cpu, cores, gpu })).toBe(id);
  expect(checkMachineName(id)).toBe(id);
});

it('tells processors of one name apart: by family, model, stepping and instruction sets', () => {
  const genoa = { family: 25, model: 17, stepping: 1, instructionSets: ['AVX-512', 'bf16'] };
  const kinds = [
    undefined,
    genoa,
    { ...genoa, family: 23 },
    { ...genoa, model: 1 },
    { ...genoa, stepping: 2 },
    { ...genoa, instructionSets: ['AVX2'] },
    { family: 25, model: 17 },
  ];
  const ids = kinds.map((processor) => machineId({ cpu: 'AMD EPYC', processor, cores: 2, gpu: null }));
  expect(new Set(ids).size).toBe(kinds.length);
  expect(ids[0]).toBe('amd-epyc-2-cores');
  for (const id of ids.slice(1)) expect(id).toMatch(/^amd-epyc-2-cores-[0-9a-f]{6}$/);
});

it('keeps the hash of a processor in an id that is cut off', () => {
  const long = { cpu: 'AMD EPYC', cores: 2, gpu: 'x'.repeat(90) };
  const [one, other] = [1, 2].map((model) => machineId({ ...long, processor: { family: 25, model } }));
  expect(one).not.toBe(other);
  expect(checkMachineName(one!)).toHaveLength(80);
});

it('describes this machine without its host name', async () => {
  vi.stubEnv('FITTING_ROOM_MACHINE', '');
  const hostname = vi.spyOn(os, 'hostname');
  const machine = await describeMachine();
  expect(machine.cores).toBe(os.availableParallelism());
  expect(machine.memoryBytes).toBe(os.totalmem());
  expect(checkMachineName(machine.id)).toBe(machine.id);
  expect(hostname).not.toHaveBeenCalled();
});

it('uses the name from the environment', async () => {
  vi.stubEnv('FITTING_ROOM_MACHINE', 'lab-box-2');
  expect((await describeMachine()).id).toBe('lab-box-2');
});

it.each(['Lab', 'a b', '../x', 'a--b', '-a', 'a'.repeat(81)])('refuses the name %j', async (name) => {
  vi.stubEnv('FITTING_ROOM_MACHINE', name);
  await expect(describeMachine()).rejects.toThrow(`FITTING_ROOM_MACHINE: "${name}" is not a valid folder name;`);
});
