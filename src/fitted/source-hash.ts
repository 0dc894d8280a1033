// The fingerprint of a model's code: two records with the same one were made by the same program.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A relative module after `from`, `import(` or `new URL(`; types count too, which only ever errs on the safe side. */
const LOCAL_IMPORT = /(?:from\s+|import\s*\(\s*|new\s+URL\(\s*)['"](\.{1,2}\/[^'"]+\.ts)['"]/g;

/**
 * Hashes a source file and everything of this project that it imports, directly or not.
 *
 * @param file absolute path of a TypeScript file
 * @param root paths are hashed relative to it, so that the place of a checkout does not matter
 * @returns SHA-256 as 64 hexadecimal digits
 * @throws Error when the file itself cannot be read
 */
export async function sourceHash(file: string, root: string): Promise<string> {
  const sources = new Map<string, string>();
  const visit = async (current: string): Promise<void> => {
    if (sources.has(current)) return;
    const text = await readFile(current, 'utf8').catch((error: NodeJS.ErrnoException) => {
      // What looks like an import may stand in a comment's example.
      if (error.code === 'ENOENT' && sources.size > 0) return null;
      throw error;
    });
    if (text === null) return;
    sources.set(current, text);
    for (const [, specifier] of text.matchAll(LOCAL_IMPORT)) {
      await visit(path.resolve(path.dirname(current), specifier!));
    }
  };
  await visit(path.resolve(file));
  const hash = createHash('sha256');
  const named = [...sources].map(
    ([name, text]) => [path.relative(root, name).replaceAll(path.sep, '/'), text] as const,
  );
  for (const [name, text] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${text.replaceAll('\r\n', '\n')}\0`);
  }
  return hash.digest('hex');
}
