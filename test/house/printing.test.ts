// Only src/terminal prints: commands print through its outputs, which make foreign text safe, and other rooms return text.
import ts from 'typescript';
import { expect, it } from 'vitest';
import { filesIn, lineAt, parseSource, readSource, walk } from './sources.ts';

/** The room that prints. */
const PRINTS = /^src\/terminal\//;

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

it('prints from src/terminal only; commands print through Io, other rooms return text or call a listener', () => {
  const files = ['src', 'models', 'benchmarks'].flatMap((room) => filesIn(room, ['.ts']));
  const others = files.filter((file) => !PRINTS.test(file) && !EXCEPTIONS.test(file));
  expect(others.map(parseSource).flatMap(printsIn)).toEqual([]);
});

it('colours text with createColours only, whose sequences terminalText knows', () => {
  const files = ['src', 'models', 'benchmarks', 'tools'].flatMap((room) => filesIn(room, ['.ts']));
  const makers = files.filter((file) => /from 'picocolors'|\\u001b\[|\\x1b\[/.test(readSource(file)));
  const others = makers.filter((file) => !PRINTS.test(file) && !file.startsWith('tools/fuzz/'));
  expect(others).toEqual(['src/document/terminal-text.ts']);
});
