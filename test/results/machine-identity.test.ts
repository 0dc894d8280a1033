import { expect, it } from 'vitest';
import {
  areKnownToDiffer,
  isKnownProcessor,
  isSameMachine,
  processorText,
  whyTimesDiffer,
} from '../../src/results/machine-identity.ts';
import { makeRecord } from '../fixtures/records.ts';

const made = makeRecord().machine;
const machine = { ...made, id: 'amd-epyc-2-cores', cpu: 'AMD EPYC' };
const { processor: _, ...unknown } = machine;
const zen3 = { ...machine, processor: { family: 25, model: 1, stepping: 1, instructionSets: ['AVX2'] } };

it('names a processor with all that is known of it', () => {
  expect(processorText(machine)).toBe('AMD EPYC, family 25 model 17 stepping 1, AVX-512, bf16');
  expect(processorText(zen3)).toBe('AMD EPYC, family 25 model 1 stepping 1, AVX2');
  expect(processorText({ cpu: 'Intel(R) Xeon(R) Processor', processor: { family: 6, model: 207 } })).toBe(
    'Intel(R) Xeon(R) Processor, family 6 model 207',
  );
  expect(processorText(unknown)).toBe('AMD EPYC, family unknown');
  expect(processorText({ ...unknown, processor: { instructionSets: ['AVX2'] } })).toBe(
    'AMD EPYC, family unknown, AVX2',
  );
});

it('compares times of one known processor only', () => {
  expect(whyTimesDiffer([machine, { ...machine, os: 'another system', memoryBytes: 1 }])).toBeNull();
  expect(whyTimesDiffer([machine, { ...machine, id: 'other' }])).toBe('different machines');
  expect(whyTimesDiffer([machine, zen3])).toBe('different processors');
  expect(whyTimesDiffer([machine, { ...machine, cores: 4 }])).toBe('different processors');
  expect(whyTimesDiffer([machine, unknown])).toBe('unknown processor');
  expect(whyTimesDiffer([unknown, unknown])).toBe('unknown processor');
});

it('is the same machine with the same name and processor, or where neither says anything of the processor', () => {
  expect(isSameMachine(machine, { ...machine })).toBe(true);
  expect(isSameMachine(unknown, { ...unknown })).toBe(true);
  expect(isSameMachine(machine, unknown)).toBe(false);
  expect(isSameMachine(machine, zen3)).toBe(false);
  expect(isSameMachine(machine, { ...machine, id: 'other' })).toBe(false);
});

it('knows that two processors differ only if it knows both', () => {
  expect(isKnownProcessor({ processor: { instructionSets: ['AVX2'] } })).toBe(false);
  expect(areKnownToDiffer(machine, zen3)).toBe(true);
  expect(areKnownToDiffer(machine, machine)).toBe(false);
  expect(areKnownToDiffer(machine, unknown)).toBe(false);
});
