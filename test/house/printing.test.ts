// Only the command line prints, so that every other room can be used and tested without a terminal.
import ts from 'typescript';
import { expect, it } from 'vitest';
import { filesIn, lineAt, parseSource, walk } from './sources.ts';

/** Rooms that print. */
const PRINTS = /^src\/(terminal|cli)\//;

/** Child programs answer their parent on standard output; libsvm.ts catches what libsvm-js prints. */
const EXCEPTIONS = /-child\.ts$|^src\/solvers\/svm\/libsvm\.ts$/;

/** Says where a file uses `console` or the standard streams of the process. */
function printsIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return;
    const isConsole = node.expression.text === 'console';
    const isStream = node.expression.text === 'process' && /^(stdout|stderr)$/.test(node.name.text);
    if (isConsole || isStream) found.push(`${source.fileName}:${lineAt(source, node.getStart())} ${node.getText()}`);
  });
  return found;
}

it('prints from src/terminal and src/cli only; other rooms return text or call a listener', () => {
  const files = ['src', 'models', 'benchmarks'].flatMap((room) => filesIn(room, ['.ts']));
  const others = files.filter((file) => !PRINTS.test(file) && !EXCEPTIONS.test(file));
  expect(others.map(parseSource).flatMap(printsIn)).toEqual([]);
});
