// Where in an author's own file an error arose: the file, the line, and its text with a mark below it.
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../base/root.ts';

/** A place in a source file. */
export interface ErrorPlace {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The text of the line, at most 200 characters of it. */
  readonly source: string;
}

/** A place that an error names, before its file is read. */
interface NamedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Longer lines are no code that somebody wrote. */
const MOST_CHARACTERS = 200;
const CODE = /\.[cm]?[jt]sx?$/;
/** The code of this program and of packages: authors look for the line of theirs that called it. */
const OTHERS_CODE = /^(?:src|tools)\/|(?:^|\/)node_modules\//;

/** A line of a stack: `at fit (/project/models/mine.ts:12:9)`. */
const FRAME = /^\s*at (?:async )?(?:(?!\/|file:|[A-Za-z]:\\)[^(\n]*\()?(.+?):(\d+):(\d+)\)?$/gm;
/** How esbuild reports invalid syntax: `/project/models/mine.ts:3:16: ERROR: Expected "}"`. */
const INVALID_SYNTAX = /^(.+?):(\d+):(\d+): ERROR: (.*)$/m;
/** The head of the stack of an import without such an export, with a mark in the third line. */
const MARKED = /^(.+?):(\d+)\n.*\n( *)\^/;
/** How Node reports an import of what is not there. */
const NOT_FOUND = /^Cannot find (package|module) '(.+?)' imported from (.+)$/m;

/**
 * Finds the author's line that an error names: the innermost one that is neither of this program nor of a package.
 *
 * @param error its message and its stack, as Node writes them
 * @param root the project: no file outside of it is read
 * @returns null if it names no such line
 */
export async function placeOfError(
  { message, stack }: { readonly message: string; readonly stack: string | null },
  root = projectRoot,
): Promise<ErrorPlace | null> {
  const missing = NOT_FOUND.exec(message);
  if (missing) return placeOfImport(missing[2]!, missing[3]!, root);
  for (const named of placesIn(message, stack ?? '')) {
    const place = await readPlace(named, root);
    if (place) return place;
  }
  return null;
}

/**
 * Says why a module could not be loaded, in one line without its place.
 *
 * @param message of the error, as Node or esbuild writes it
 */
export function reasonOfLoadError(message: string): string {
  const missing = NOT_FOUND.exec(message);
  if (missing?.[1] === 'package') return `the package "${missing[2]}" is not installed`;
  if (missing) return `no such file: ${path.basename(missing[2]!)}`;
  const [first = ''] = message.split('\n');
  return INVALID_SYNTAX.exec(message)?.[4] ?? first;
}

/**
 * Writes a place for a message: `models/mine.ts:12:9`.
 *
 * @param place of an error
 */
export function placeText({ file, line, column }: ErrorPlace): string {
  return `${file}:${line}:${column}`;
}

/**
 * Shows the line of a place with a mark below it, in two lines.
 *
 * @param place of an error
 */
export function markedSource({ line, column, source }: ErrorPlace): string {
  const indent = /^\s*/.exec(source)![0].length;
  const head = `  ${line} | `;
  const mark = Math.max(0, Math.min(column - 1, source.length) - indent);
  return `${head}${source.slice(indent)}\n${' '.repeat(head.length - 2)}| ${' '.repeat(mark)}^`;
}

function placesIn(message: string, stack: string): NamedPlace[] {
  const place = ([, file, line, column]: RegExpExecArray): NamedPlace => ({
    file: file!,
    line: Number(line),
    column: Number(column),
  });
  const syntax = INVALID_SYNTAX.exec(message);
  // esbuild counts columns from 0.
  if (syntax) return [{ ...place(syntax), column: Number(syntax[3]) + 1 }];
  const marked = MARKED.exec(stack);
  if (marked) return [{ file: marked[1]!, line: Number(marked[2]), column: marked[3]!.length + 1 }];
  return Array.from(stack.matchAll(FRAME), place);
}

async function readPlace({ file, line, column }: NamedPlace, root: string): Promise<ErrorPlace | null> {
  const own = await ownFile(file, root);
  const source = own?.lines[line - 1];
  return own && source !== undefined
    ? { file: own.name, line, column, source: source.slice(0, MOST_CHARACTERS) }
    : null;
}

/** The line that imports what is not there. A module is named by its path, an import by the end of it. */
async function placeOfImport(missing: string, importer: string, root: string): Promise<ErrorPlace | null> {
  const own = await ownFile(importer, root);
  if (!own) return null;
  const name = path.isAbsolute(missing) ? path.parse(missing).name : missing;
  const index = own.lines.findIndex((text) => /\b(?:import|from|require)\b/.test(text) && text.includes(name));
  if (index < 0) return null;
  const source = own.lines[index]!.slice(0, MOST_CHARACTERS);
  return { file: own.name, line: index + 1, column: source.lastIndexOf(name) + 1, source };
}

/** Reads a source file that an author wrote; null for any other file. */
async function ownFile(
  file: string,
  root: string,
): Promise<{ readonly name: string; readonly lines: readonly string[] } | null> {
  try {
    const absolute = await realpath(file.startsWith('file:') ? fileURLToPath(file) : file);
    const name = path.relative(await realpath(root), absolute).replaceAll(path.sep, '/');
    if (name.startsWith('..') || path.isAbsolute(name) || !CODE.test(name) || OTHERS_CODE.test(name)) return null;
    return { name, lines: (await readFile(absolute, 'utf8')).split(/\r?\n/) };
  } catch {
    return null;
  }
}
