import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { projectRoot } from '../../src/base/root.ts';
import { addToList } from '../../src/new-model/add-to-list.ts';

const text = `// A list.
export const modelFiles: readonly \`./\${string}.ts\`[] = [
  './svm.ts',
  './cnn-strong.ts',
];
`;

it('adds a line at the end of the list and changes nothing else', () => {
  expect(addToList(text, 'my-model')).toBe(
    text.replace("  './cnn-strong.ts',\n", "  './cnn-strong.ts',\n  './my-model.ts',\n"),
  );
});

it('accepts a name that is the beginning or the end of another one', () => {
  for (const id of ['cnn', 'strong']) expect(addToList(text, id)).toContain(`  './${id}.ts',\n];\n`);
});

it('adds a line to the list of this project', async () => {
  const list = await readFile(path.join(projectRoot, 'models/index.ts'), 'utf8');
  const lines = addToList(list, 'zz-last').split('\n');
  expect(lines).toHaveLength(list.split('\n').length + 1);
  expect(lines.filter((line) => !list.split('\n').includes(line))).toEqual(["  './zz-last.ts',"]);
});

describe('refuses', () => {
  it('a name that is in the list', () => {
    expect(() => addToList(text, 'svm')).toThrow(UserError);
    expect(() => addToList(text, 'svm')).toThrow('name taken: models/index.ts already lists "svm"');
  });

  it.each([
    ['a list in one line', text.replace(/\[\n.*\n\]/s, "['./svm.ts']")],
    ['two lists', `${text}${text}`],
    ['an empty file', ''],
    ['line ends of another system', text.replaceAll('\n', '\r\n')],
  ])('%s, and says which line to add', (_, other) => {
    const add = () => addToList(other, 'my-model');
    expect(add).toThrow(UserError);
    expect(add).toThrow(/Nothing was changed.*add this line to the list:\n {2}'\.\/my-model\.ts',$/s);
  });
});
