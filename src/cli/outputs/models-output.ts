// What `npm run models -- --json` prints.
import { z } from 'zod';
import { defineOutput } from './define-output.ts';
import { modelKind, params, wholeNumber, wholeNumbers } from './json-fields.ts';

const layer = z.strictObject({
  name: z.string(),
  kind: z.string(),
  outputShape: wholeNumbers.describe('for one image'),
  parameters: wholeNumber,
  multiplyAdds: wholeNumber.describe('for one image'),
});

/** Models, with their layers if the user names them. */
export const modelsOutput = defineOutput({
  name: 'models',
  version: 1,
  fields: z.strictObject({
    models: z.array(
      z.strictObject({
        id: z.string(),
        family: z.string(),
        kind: modelKind,
        engine: z.string(),
        summary: z.string(),
        source: z.string().nullable(),
        params,
        layers: z
          .array(layer)
          .nullable()
          .optional()
          .describe('only of models that are named; null if the model is no network'),
      }),
    ),
    problems: z.array(z.string()).describe('models that cannot be loaded'),
  }),
});
