// The scripts of the pages: written in TypeScript for the browser, made into one piece of text here.
import path from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../base/root.ts';

/** The pages that have a script, by the name of their file in `src/browser`. */
export type PageScript = 'report' | 'explore' | 'every-page' | 'serve' | 'try';

const made = new Map<PageScript, Promise<string>>();

/**
 * Makes the script of a page: everything it imports, without a module around it. Made once a process.
 *
 * @param name of the page
 * @returns JavaScript that may stand between script tags
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
    // Of libraries; our own code has none.
    legalComments: 'eof',
  });
  return outputFiles[0]!.text;
}
