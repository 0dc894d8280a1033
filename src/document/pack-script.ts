// Packs a large script for a page: compressed text that unpacks itself in the browser.
import { gzipSync } from 'node:zlib';

/** The comment in which the bundler collects the licences of libraries. */
const LICENCES = '/*! Bundled license information:';

/**
 * Compresses a script. Licences stay readable at its end.
 *
 * @param script as `pageScript` gives it
 * @returns a script that adds the unpacked one to the page; about a third of its size
 */
export function packScript(script: string): string {
  const end = script.indexOf(LICENCES);
  const [code, licences] = end < 0 ? [script, ''] : [script.slice(0, end), script.slice(end)];
  const packed = gzipSync(code, { level: 9 }).toString('base64');
  return `(async () => {
const bytes = Uint8Array.from(atob("${packed}"), (character) => character.charCodeAt(0));
const script = document.createElement("script");
script.textContent = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
document.body.append(script);
})();
${licences}`;
}
