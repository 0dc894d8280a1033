import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { projectRoot } from '../../src/base/root.ts';
import { addToIndex } from '../../src/new-model/model-list.ts';

const text = `// A list.
import type { ModelAdapter } from '../src/types.ts';
import { cnn } from './cnn.ts';
import { cnnBatchnorm } from './cnn-batchnorm.ts';
import { svm } from './svm.ts';

/** All. */
export const models: readonly ModelAdapter[] = [
  svm,
  cnn,
  cnnBatchnorm,
];
`;

it('puts the import in its place and the entry last', () => {
  expect(addToIndex(text, 'my-model')).toBe(
    text
      .replace('import { svm }', "import { myModel } from './my-model.ts';\nimport { svm }")
      .replace('  cnnBatchnorm,\n', '  cnnBatchnorm,\n  myModel,\n'),
  );
});

it.each([
  ['a', "import { a } from './a.ts';\nimport { cnn } from"],
  ['cnn-a', "'./cnn.ts';\nimport { cnnA } from './cnn-a.ts';\nimport { cnnBatchnorm }"],
  ['zebra', "'./svm.ts';\nimport { zebra } from './zebra.ts';\n\n"],
])('keeps the imports sorted with %s', (id, expected) => {
  expect(addToIndex(text, id)).toContain(expected);
});

it('takes the list of this project as it is', async () => {
  const list = await readFile(path.join(projectRoot, 'models/index.ts'), 'utf8');
  const longer = addToIndex(addToIndex(list, 'zz-last'), 'aa-first');
  expect(longer.split('\n')).toHaveLength(list.split('\n').length + 4);
});

describe('refuses', () => {
  it('a name that is in the list', () => {
    expect(() => addToIndex(text, 'svm')).toThrow('name taken: models/index.ts lists "svm"; take another');
  });

  it('a name that is the same in code', () => {
    expect(() => addToIndex(text.replaceAll('svm', 'svm2'), 'svm-2')).toThrow('"svm2", whose name in code is svm2 too');
  });

  it.each([
    ['the list in one line', text.replace(/\[\n.*\n\]/s, '[svm, cnn, cnnBatchnorm]')],
    ['an entry that is computed', text.replace('  svm,', '  ...others,')],
    ['a comment in the list', text.replace('  cnn,\n', '  // the first network\n  cnn,\n')],
    ['imports in another order', text.replace("'./svm.ts'", "'./a.ts'")],
    ['no imports', text.replace(/^import \{.*\n/gm, '')],
    ['line ends of another system', text.replaceAll('\n', '\r\n')],
  ])('%s, and says which lines to add', (_, other) => {
    const add = () => addToIndex(other, 'my-model');
    expect(add).toThrow(UserError);
    expect(add).toThrow(/nothing was changed.*\n {2}import \{ myModel \} from '\.\/my-model\.ts';\n {2}myModel,$/s);
  });
});
