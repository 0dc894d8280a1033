// docs/schemas holds the JSON Schema of what programs read. Run with -u to write it anew.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/base/root.ts';
import { allOutputs } from '../../src/cli/outputs/all-outputs.ts';
import { recordSchema } from '../../src/results/schema.ts';
import { schemaOf } from '../cli/read-output.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

const RECORD = 'record.json';
const folder = path.join(projectRoot, 'docs/schemas');

it('the JSON Schema of a record is that of the code', async () => {
  const schema = z.toJSONSchema(recordSchema, { unrepresentable: 'any' });
  expect(schema.oneOf ?? schema.anyOf).toHaveLength(2);
  await expect(textOf(schema)).toMatchFileSnapshot(path.join(folder, RECORD));
});

it.each(allOutputs.map((output) => [output.name, output] as const))(
  'the JSON Schema of the output %s is that of the code, of a new version where fields are gone',
  async (name, output) => {
    const file = path.join(folder, `${name}.json`);
    const schema = z.toJSONSchema(schemaOf(output), {
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema !== (recordSchema as z.core.$ZodType)) return;
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        jsonSchema.$ref = RECORD;
      },
    });
    const known: JsonSchema | null = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
    if (known && versionOf(known) === output.version) expect(lostFields(known, schema)).toEqual([]);
    await expect(textOf(schema)).toMatchFileSnapshot(file);
  },
);

it('a field that is gone, or has another type, is found at any depth', () => {
  const schema = (item: z.ZodType): JsonSchema => z.toJSONSchema(z.strictObject({ list: z.array(item).nullable() }));
  const [one, other] = [z.strictObject({ a: z.int(), b: z.string() }), z.strictObject({ a: z.string(), c: z.int() })];
  expect(lostFields(schema(one), schema(one))).toEqual([]);
  expect(lostFields(schema(one), schema(other))).toEqual(['list a: integer', 'list b: string']);
});

it('docs/schemas has no file besides those of the outputs and the record', () => {
  const names = [...allOutputs.map(({ name }) => `${name}.json`), RECORD];
  expect(readdirSync(folder).sort()).toEqual(names.sort());
});

function textOf(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function versionOf({ properties }: JsonSchema): unknown {
  return (properties!['version'] as JsonSchema).const;
}

/** The fields with their types that a schema has and a newer one has not. */
function lostFields(known: JsonSchema, schema: JsonSchema): string[] {
  const present = new Set(fieldsOf(schema));
  return fieldsOf(known).filter((field) => !present.has(field));
}

/** Every field of a schema, with its place and its simple type. */
function fieldsOf(schema: JsonSchema, place = ''): string[] {
  const below = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? []), ...(schema.prefixItems ?? [])];
  return [
    ...(typeof schema.type === 'string' && !['object', 'array'].includes(schema.type)
      ? [`${place}: ${schema.type}`]
      : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
      fieldsOf(of as JsonSchema, `${place} ${name}`.trim()),
    ),
    ...below.flatMap((of) => (typeof of === 'object' ? fieldsOf(of as JsonSchema, place) : [])),
  ];
}
