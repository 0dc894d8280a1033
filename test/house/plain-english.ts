// Finds the expressions to avoid in comments, strings, identifiers and documents.
// `node --import ./bin/typescript.mjs test/house/plain-english.ts [FOLDER ...]` lists them by room.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { groupBy } from '../../src/base/group-by.ts';
import { RULES, type Rule } from './plain-english-rules.ts';
import { filesIn, parseSource, readSource, walk } from './sources.ts';

/** A piece of text that a person reads, and where it begins in its file. */
interface Piece {
  readonly text: string;
  readonly start: number;
}

/** One expression found. */
export interface Finding {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly found: string;
  readonly use: string;
}

/** Folders and files whose texts are read, each a room. */
export const ROOMS: readonly string[] = [
  ...filesIn('src', ['.ts'])
    .map((file) => file.split('/').slice(0, 2).join('/'))
    .filter((room, index, all) => all.indexOf(room) === index),
  'models',
  'benchmarks',
  'tools',
  'test',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
];

const EXTENSIONS = ['.ts', '.py', '.sh', '.md'];

/** Files that quote the expressions, or that a command wrote from records. */
const LEFT_OUT = /^test\/house\/plain-english|^docs\/example-|^test\/fixtures\/(kept-records|report)\//;

const isCommentStart = (text: string, at: number): boolean => text.startsWith('//', at) || text.startsWith('/*', at);

/** Comments, strings and declared names of a TypeScript file. */
function piecesOfTypeScript(file: string): Piece[] {
  const source = parseSource(file);
  const pieces: Piece[] = [];
  const seen = new Set<number>();
  const addComments = (position: number): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source.text, position) ?? []),
      ...(ts.getTrailingCommentRanges(source.text, position) ?? []),
    ];
    for (const { pos, end } of ranges) {
      if (seen.has(pos) || !isCommentStart(source.text, pos)) continue;
      seen.add(pos);
      pieces.push({ text: source.text.slice(pos, end), start: pos });
    }
  };
  walk(source, (node) => {
    addComments(node.getFullStart());
    addComments(node.getEnd());
    if (ts.isImportDeclaration(node.parent ?? node) || ts.isExportDeclaration(node.parent ?? node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      pieces.push({ text: node.getText(source), start: node.getStart(source) });
    }
    if (ts.isIdentifier(node) && isDeclaredName(node)) {
      pieces.push({ text: splitIdentifier(node.text), start: node.getStart(source) });
    }
  });
  return joinLines(
    pieces.sort((a, b) => a.start - b.start),
    source.text,
  );
}

/** Whether an identifier is the name of what its parent declares. */
function isDeclaredName(node: ts.Identifier): boolean {
  const { parent } = node;
  const isNamed = 'name' in parent && parent.name === node;
  return isNamed && !ts.isPropertyAccessExpression(parent) && !ts.isImportSpecifier(parent);
}

/** `trainSeconds` becomes `train Seconds`. */
function splitIdentifier(name: string): string {
  return name.replaceAll('_', ' ').replaceAll(/([a-z\d])([A-Z])/g, '$1 $2');
}

/** Joins comments of one line each that follow each other, since a sentence runs on from line to line. */
function joinLines(pieces: readonly Piece[], text: string): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const end = last ? last.start + last.text.length : 0;
    const follows = last?.text.startsWith('//') && piece.text.startsWith('//') && !text.slice(end, piece.start).trim();
    if (last && follows)
      joined[joined.length - 1] = { text: text.slice(last.start, piece.start + piece.text.length), start: last.start };
    else joined.push(piece);
  }
  return joined;
}

const isIn = (pattern: RegExp | undefined, text: string): boolean =>
  pattern !== undefined && new RegExp(pattern, 'i').test(text);

/** What a rule finds in one piece. The piece keeps its length: line breaks and comment signs become spaces. */
function findIn(piece: Piece, rule: Rule, file: string, whole: string): Finding[] {
  const flat = piece.text.replaceAll(/\n[^\S\n]*(\*(?!\/)|\/\/|#|>)?/g, (gap) => ' '.padEnd(gap.length));
  const spaced = new RegExp(rule.avoid.source.replaceAll(' ', '\\s+'), 'gi');
  return [...flat.matchAll(spaced)].flatMap(({ 0: found, index }) => {
    const around = flat.slice(Math.max(0, index - 40), index + found.length + 20).replaceAll(/\s+/g, ' ');
    if (isIn(rule.unless, around)) return [];
    const line = whole.slice(0, piece.start + index).split('\n').length;
    return [{ file, line, found: found.replaceAll(/\s+/g, ' '), use: rule.use }];
  });
}

/** A table that a command wrote from records: it quotes the commands that made them. */
const FROM_RECORDS = /<!-- results:start -->.*?<!-- results:end -->/s;

/** Finds every expression to avoid in a file. */
export function findInFile(file: string): Finding[] {
  const whole = readSource(file).replace(FROM_RECORDS, (table) => table.replaceAll(/[^\n]/g, ' '));
  const pieces = file.endsWith('.ts') ? piecesOfTypeScript(file) : [{ text: whole, start: 0 }];
  const rules = RULES.filter(({ except, only }) => !isIn(except, file) && (!only || isIn(only, file)));
  return pieces.flatMap((piece) => rules.flatMap((rule) => findIn(piece, rule, file, whole)));
}

/** Finds every expression to avoid in a room. */
export function findInRoom(room: string): Finding[] {
  const files = filesIn(room, EXTENSIONS).filter((file) => !LEFT_OUT.test(file));
  return files.flatMap(findInFile);
}

/** @returns `src/run/fit.ts:12 "beside": write next to, with, or leave it out` */
export function formatFinding({ file, line, found, use }: Finding): string {
  return `${file}:${line} "${found}": write ${use}`;
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? '')).href) {
  const rooms = process.argv.length > 2 ? process.argv.slice(2) : ROOMS;
  for (const room of rooms) {
    const findings = findInRoom(room);
    console.log(`${room}: ${findings.length}`);
    for (const list of groupBy(findings, ({ file }) => file).values()) {
      for (const finding of list) console.log(`  ${formatFinding(finding)}`);
    }
  }
}
