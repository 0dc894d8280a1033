// The project's own files, for the tests about the code itself.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../src/base/root.ts';

/**
 * Lists files, sorted.
 *
 * @param place a folder or a file, relative to the project's root
 * @param extensions `['.ts']`; what else lies in the folder is left out
 * @returns paths relative to the project's root
 */
export function filesIn(place: string, extensions: readonly string[]): string[] {
  const absolute = path.join(projectRoot, place);
  if (statSync(absolute).isFile()) return [place];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((file) => extensions.includes(path.extname(file)))
    .map((file) => path.join(place, file))
    .sort();
}

/** Reads a file of the project as text. */
export function readSource(file: string): string {
  return readFileSync(path.join(projectRoot, file), 'utf8');
}

/** Parses a TypeScript file of the project; every node knows its parent. */
export function parseSource(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readSource(file), ts.ScriptTarget.Latest, true);
}

/** Calls `visit` for a node and everything inside it, in the order of the text. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The comments before the first statement of a file: its header. Empty when it has none. */
export function headerOf(source: ts.SourceFile): string {
  const ranges = ts.getLeadingCommentRanges(source.text, ts.getShebang(source.text)?.length ?? 0) ?? [];
  return ranges.map(({ pos, end }) => source.text.slice(pos, end)).join('\n');
}

/** The line of a position, counted from 1. */
export function lineAt(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
