import { afterEach, describe, expect, test, vi } from 'vitest';
import { terminalIo } from '../../src/terminal/terminal-io.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The outputs of a process whose standard error is a terminal of this kind. */
function ioOf(term: string, columns: number | undefined = 120) {
  vi.stubEnv('TERM', term);
  vi.spyOn(process, 'stderr', 'get').mockReturnValue({ isTTY: true, columns } as typeof process.stderr);
  return terminalIo();
}

describe('a terminal', () => {
  test('can redraw lines', () => {
    expect(ioOf('xterm-256color')).toMatchObject({ isTerminal: true, columns: 120 });
  });

  test('called dumb gets neither colours nor redrawn lines', () => {
    expect(ioOf('dumb')).toMatchObject({ isTerminal: false, colour: false });
  });

  test('without a known width has 100 columns', () => {
    expect(ioOf('xterm', 0).columns).toBe(100);
  });
});

test('everything that is printed is safe for a terminal', () => {
  const printed: string[] = [];
  const stream = { write: (text: string) => printed.push(text) };
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stream as unknown as typeof process.stdout);
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(stream as unknown as typeof process.stderr);
  const io = terminalIo();
  io.out('\u001b[2Ja');
  io.err('::error::b');
  expect(printed).toEqual(['\\u001b[2Ja\n', '\\u003a:error::b\n']);
});
