// Files and functions stay short enough to read at once, and a file name leads to one file.
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { groupBy } from '../../src/base/group-by.ts';
import { filesIn, headerOf, lineAt, parseSource, walk } from './sources.ts';

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;
const MAX_SAME_NAME = 2;

/** A header with this phrase gives the reason why splitting would hide the algorithm; the file may be longer. */
const REASON = /Long because /;

const sources = filesIn('src', ['.ts']).map(parseSource);
const short = sources.filter((source) => !REASON.test(headerOf(source)));

const linesOf = (source: ts.SourceFile): number => source.text.trimEnd().split('\n').length;

/** The name of a function, or of what it is assigned to. */
function nameOf(node: ts.SignatureDeclaration): string {
  const named =
    node.name ??
    (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent.name : undefined);
  return named?.getText() ?? 'a function without a name';
}

function functionsOf(source: ts.SourceFile): { name: string; lines: number }[] {
  const found: { name: string; lines: number }[] = [];
  walk(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node)) return;
    const lines = lineAt(source, node.getEnd()) - lineAt(source, node.getStart()) + 1;
    found.push({ name: `${source.fileName} ${nameOf(node)}`, lines });
  });
  return found;
}

it(`keeps every file of src within ${MAX_FILE_LINES} lines, or says in its header "Long because …"`, () => {
  const long = short
    .filter((source) => linesOf(source) > MAX_FILE_LINES)
    .map((source) => `${source.fileName}: ${linesOf(source)} lines`);
  expect(long).toEqual([]);
});

it(`keeps every function of src within ${MAX_FUNCTION_LINES} lines, or says in the file's header "Long because …"`, () => {
  const long = short
    .flatMap(functionsOf)
    .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
    .map(({ name, lines }) => `${name}: ${lines} lines`);
  expect(long).toEqual([]);
});

it('uses a file name at most twice in src, so that it leads to the right file', () => {
  const places = groupBy(
    sources.map(({ fileName }) => fileName),
    (file) => path.basename(file),
  );
  const repeated = [...places.values()].filter((files) => files.length > MAX_SAME_NAME);
  expect(repeated).toEqual([]);
});
