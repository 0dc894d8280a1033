// Bundles the scripts of the pages, which are TypeScript for the browser.
import path from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../base/root.ts';

/** The pages that have a script, by the name of their file in `src/browser`. */
export type PageScript = 'report' | 'explore' | 'every-page' | 'serve' | 'try';

const made = new Map<PageScript, Promise<string>>();

/**
 * Bundles the script of a page with everything it imports, once in each process.
 *
 * @param name of the page
 * @returns JavaScript for a script element
 * @throws Error when it does not compile
 */
export function pageScript(name: PageScript): Promise<string> {
  const known = made.get(name);
  if (known) return known;
  const script = compile(path.join(projectRoot, 'src', 'browser', `${name}.ts`));
  made.set(name, script);
  return script;
}

async function compile(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    // The licences of libraries.
    legalComments: 'eof',
  });
  return outputFiles[0]!.text;
}
