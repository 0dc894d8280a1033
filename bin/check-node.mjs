// Refuses a Node that is too old, in one sentence and before anything else is loaded. Plain JavaScript that old versions run.
import { readFileSync } from 'node:fs';

/**
 * Says why a version of Node cannot run this program.
 *
 * @param {string} version such as `v18.20.4`
 * @param {string} range from package.json: `>=20.12`
 * @returns {string | null} one sentence; null for a version that can
 */
function refusalOf(version, range) {
  const given = numbersOf(version);
  const least = numbersOf(range);
  const isOlder = given[0] !== least[0] ? given[0] < least[0] : given[1] < least[1];
  if (!isOlder) return null;
  return `error: Node ${version.replace('v', '')} is too old; Fitting Room needs ${least.join('.')} or newer: https://nodejs.org`;
}

function numbersOf(text) {
  const found = /(\d+)\.(\d+)/.exec(text);
  return [Number(found[1]), Number(found[2])];
}

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const refusal = refusalOf(process.version, engines.node);
if (refusal !== null) {
  console.error(refusal);
  process.exit(2);
}
