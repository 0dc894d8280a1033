// The part of a record about the machine.
import { z } from 'zod';
import { count, identifier, memoryBytes, positiveCount, text } from './field-types.ts';

/** What tells processors of one name apart. What the system does not tell is absent. */
const processorFacts = z.strictObject({
  /** As CPUID numbers it; on ARM the implementer, on Apple silicon Apple's number of the core. */
  family: count.optional(),
  /** As CPUID numbers it; on ARM the part. */
  model: count.optional(),
  /** As CPUID numbers it; on ARM 16 times the variant plus the revision. */
  stepping: count.optional(),
  /** Those that the engine uses, the vectors first: `['AVX-512', 'bf16']`. */
  instructionSets: z.array(text.min(1)).min(1).optional(),
});

/** The machine that measured. */
export const machineFacts = z.strictObject({
  /** The name of its folder of records, made of its hardware or chosen by the user. */
  id: identifier,
  os: text,
  /** The processor's name. */
  cpu: text,
  /** Absent where the system tells nothing, and in records of version 4 and older except for instruction sets. */
  processor: processorFacts.optional(),
  cores: positiveCount,
  memoryBytes,
  gpu: z.strictObject({ model: text, driver: text, memoryBytes }).nullable(),
});

export type Machine = z.infer<typeof machineFacts>;
export type ProcessorFacts = z.infer<typeof processorFacts>;
