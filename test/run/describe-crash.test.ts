import { describe, expect, it } from 'vitest';
import { describeCrash } from '../../src/run/describe-crash.ts';

const end = { code: null, signal: null, startError: null, output: '' };

describe('describeCrash', () => {
  it('names memory as the likely cause of a kill, with the peak that was seen', () => {
    expect(describeCrash({ ...end, signal: 'SIGKILL' }, 3e9)).toMatch(
      /^the process was killed, most likely because memory ran out \(it used 3\.00 GB of [\d.]+ [MG]B\); use --limit/,
    );
    expect(describeCrash({ ...end, signal: 'SIGABRT', output: 'FATAL: JavaScript heap out of memory' }, null)).toBe(
      'the JavaScript heap ran out of memory; its last output: FATAL: JavaScript heap out of memory',
    );
  });

  it('quotes the last five lines of the output', () => {
    expect(describeCrash({ ...end, code: 134, output: '1\n2\n3\n4\na\nassertion failed\n' }, null)).toBe(
      'the process ended without a result (exit status 134); its last output: 2 | 3 | 4 | a | assertion failed',
    );
  });

  it('says why a program could not be started', () => {
    expect(describeCrash({ ...end, startError: new Error('spawn python3 ENOENT') }, null)).toBe('spawn python3 ENOENT');
  });
});
