// The outputs of --json: names, and that their schemas have the fields of the data that is printed as it is.
import { expect, expectTypeOf, it } from 'vitest';
import type { Verdict } from '../../src/app/predict/classify-picture.ts';
import type { Diagnosis } from '../../src/cli/diagnose.ts';
import { allOutputs } from '../../src/cli/outputs/all-outputs.ts';
import { hasPrintedJson, type OutputData, printJson } from '../../src/cli/outputs/define-output.ts';
import type { doctorOutput } from '../../src/cli/outputs/doctor-output.ts';
import { errorOutput } from '../../src/cli/outputs/error-output.ts';
import type { exploreOutput } from '../../src/cli/outputs/explore-output.ts';
import type { modelsOutput } from '../../src/cli/outputs/models-output.ts';
import type { predictOutput } from '../../src/cli/outputs/predict-output.ts';
import type { referencesOutput, scalingOutput } from '../../src/cli/outputs/references-output.ts';
import type { rerunOutput } from '../../src/cli/outputs/rerun-output.ts';
import type { Rerun } from '../../src/commits/measure/rerun-verdict.ts';
import type { Exploration } from '../../src/explore/explore-dataset.ts';
import type { Comparison } from '../../src/references/comparison.ts';
import type { ScalingCosts } from '../../src/references/scaling-table.ts';
import type { LayerSummary } from '../../src/types.ts';
import { readOutput } from './read-output.ts';

/** Every field that one of two types has and the other has not, at any depth. */
type Unshared<A, B> = A extends readonly (infer C)[]
  ? B extends readonly (infer D)[]
    ? Unshared<NonNullable<C>, NonNullable<D>>
    : 'no list'
  : A extends object
    ? string extends keyof A
      ? never
      :
          | Exclude<keyof A, keyof B>
          | Exclude<keyof B, keyof A>
          | { [K in keyof A & keyof B]-?: Unshared<NonNullable<A[K]>, NonNullable<B[K]>> }[keyof A & keyof B]
    : never;

it('every output has its own name', () => {
  const names = allOutputs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('is printed with its name and version first, once', () => {
  const out: string[] = [];
  const io = { out: (text: string) => void out.push(text) };
  expect(hasPrintedJson(io)).toBe(false);
  printJson(io, errorOutput, { error: { message: 'full', exitCode: 2 } });
  expect(hasPrintedJson(io)).toBe(true);
  expect(JSON.stringify(readOutput(out[0]!))).toBe(
    '{"output":"error","version":1,"error":{"message":"full","exitCode":2}}',
  );
});

it('the schemas have the fields of the types, and no others', () => {
  expectTypeOf<Unshared<OutputData<typeof doctorOutput>, Diagnosis>>().toEqualTypeOf<never>();
  expectTypeOf<Unshared<OutputData<typeof exploreOutput>, Exploration>>().toEqualTypeOf<'no list'>();
  expectTypeOf<Unshared<OutputData<typeof predictOutput>['pictures'][number], Verdict>>().toEqualTypeOf<'file'>();
  expectTypeOf<
    Unshared<OutputData<typeof referencesOutput>['comparisons'][number], Comparison>
  >().toEqualTypeOf<never>();
  expectTypeOf<Unshared<OutputData<typeof scalingOutput>['scalings'][number], ScalingCosts>>().toEqualTypeOf<never>();
  expectTypeOf<Unshared<OutputData<typeof rerunOutput>, Rerun>>().toEqualTypeOf<'record' | 'code' | 'notes'>();
  type Layer = NonNullable<OutputData<typeof modelsOutput>['models'][number]['layers']>[number];
  expectTypeOf<Unshared<Layer, LayerSummary>>().toEqualTypeOf<never>();
});
