import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packScript } from '../../src/document/pack-script.ts';

const code = `console.log("${'packed '.repeat(200)}");`;

/** What the browser would unpack. */
function unpack(packed: string): string {
  return gunzipSync(Buffer.from(/atob\("([^"]*)"\)/.exec(packed)![1]!, 'base64')).toString();
}

test('a script unpacks to what it was, and is smaller', () => {
  const packed = packScript(code);
  expect(unpack(packed)).toBe(code);
  expect(packed.length).toBeLessThan(code.length / 2);
});

test('licences stay readable', () => {
  const licences = '/*! Bundled license information:\n\nlibrary.js:\n  (* Copyright *)\n*/';
  const packed = packScript(`${code}\n${licences}`);
  expect(unpack(packed)).toBe(`${code}\n`);
  expect(packed.endsWith(licences)).toBe(true);
});
