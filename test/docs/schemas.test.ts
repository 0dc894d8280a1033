// docs/schemas holds the JSON Schema of what programs read. Run with -u to write it anew.
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/base/root.ts';
import { recordSchema } from '../../src/results/schema.ts';

it('the JSON Schema of a record is that of the code', async () => {
  const schema = z.toJSONSchema(recordSchema, { unrepresentable: 'any' });
  expect(schema.oneOf ?? schema.anyOf).toHaveLength(2);
  const file = path.join(projectRoot, 'docs/schemas/record.json');
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(file);
});
