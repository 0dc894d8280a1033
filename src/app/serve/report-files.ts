// Finds the files of a report for the local server: no hidden files, nothing outside the report's folder.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Served file types by extension. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.md': 'text/plain; charset=utf-8',
};

/** Pages with a title. */
const NAMES: Readonly<Record<string, string>> = {
  'index.html': 'Report',
  'explore/index.html': 'What is in the data',
  'try.html': 'Try a network in the browser',
};

/** The target of a path. */
export type ReportFile =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly type: string }
  /** Whether the path is a folder without its trailing slash. */
  | { readonly kind: 'folder' };

/** A page of a report. */
export interface ReportLink {
  /** Relative to the report's folder, segments URL-encoded. */
  readonly href: string;
  readonly name: string;
}

/**
 * Finds a file of a report.
 *
 * @param folder of the report
 * @param encoded URL-encoded path relative to the folder; a folder stands for its index.html
 * @returns null when there is no such file and when it must not be read: other file types, hidden files, files outside
 *   the folder by `..`, an absolute path or a symbolic link
 */
export async function readReportFile(folder: string, encoded: string): Promise<ReportFile | null> {
  const segments = decodeSegments(encoded);
  if (!segments) return null;
  const isFolder = segments.at(-1) === '' || segments.length === 0;
  const names = isFolder ? [...segments.slice(0, -1), 'index.html'] : segments;
  if (!names.every(isPlain)) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(path.join(root, ...names));
    if (!file.startsWith(root + path.sep)) return null;
    const found = await stat(file);
    if (found.isDirectory()) return { kind: 'folder' };
    const type = TYPES[path.extname(file).toLowerCase()];
    if (!found.isFile() || type === undefined) return null;
    return { kind: 'file', bytes: await readFile(file), type };
  } catch {
    return null;
  }
}

function decodeSegments(encoded: string): string[] | null {
  try {
    return encoded.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** Tells whether a name is one path segment. */
function isPlain(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !['/', '\\', ':', '\0'].some((sign) => name.includes(sign));
}

/**
 * Lists the pages in a report's folder and one level below, titled pages first.
 *
 * @param folder of the report; may be missing
 */
export async function listReports(folder: string): Promise<ReportLink[]> {
  const pagesOf = async (below: string): Promise<string[]> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
    const pages = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.html') && isPlain(entry.name));
    return pages.map(({ name }) => path.posix.join(below, name)).sort();
  };
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && isPlain(entry.name)).map(({ name }) => name);
  const found = (await Promise.all(['', ...folders.sort()].map(pagesOf))).flat();
  const known = Object.keys(NAMES).filter((page) => found.includes(page));
  return [...known, ...found.filter((page) => !known.includes(page))].map((page) => ({
    href: page.split('/').map(encodeURIComponent).join('/'),
    name: NAMES[page] ?? page,
  }));
}
