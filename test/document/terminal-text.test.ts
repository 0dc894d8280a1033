import { describe, expect, test } from 'vitest';
import { colourSequence, createColours, terminalText } from '../../src/document/terminal-text.ts';

describe('colours', () => {
  test('of the program reach the terminal as the sequences that it knows', () => {
    const { bold, red } = createColours(true);
    expect(terminalText(`${bold('a')} ${red('b')}`)).toBe('\u001b[1ma\u001b[22m \u001b[31mb\u001b[39m');
    expect(terminalText(`${colourSequence('38;5;232;48;5;255')}x`)).toBe('\u001b[38;5;232;48;5;255mx');
  });

  test('are none where there are none', () => {
    expect(createColours(false).red('a')).toBe('a');
  });

  test('of foreign text become visible, also next to our own', () => {
    expect(terminalText(createColours(true).red('\u001b[8mhidden\u001b[0m'))).toBe(
      '\u001b[31m\\u001b[8mhidden\\u001b[0m\u001b[39m',
    );
  });

  test('cannot be made from a sequence that was printed before', () => {
    const printed = terminalText(createColours(true).red('a'));
    expect(terminalText(printed)).toBe('\\u001b[31ma\\u001b[39m');
  });
});

describe('commands of runners', () => {
  test.each([
    ['::error file=a::b', '\\u003a:error file=a::b'],
    ['a\n \t::add-mask::b', 'a\n \t\\u003a:add-mask::b'],
    ['\u00a0::stop-commands::x', '\u00a0\\u003a:stop-commands::x'],
    ['a ##[group]b', 'a #\\u0023[group]b'],
    ['##vso[task.setvariable]x', '#\\u0023vso[task.setvariable]x'],
  ])('%j is none any more', (text, safe) => {
    expect(terminalText(text)).toBe(safe);
  });

  test('begin a line; elsewhere two colons stay', () => {
    expect(terminalText('std::vector\n## heading [x]')).toBe('std::vector\n## heading [x]');
  });

  test('are none behind a colour', () => {
    expect(terminalText(createColours(true).bold('::error::x'))).toBe('\u001b[1m\\u003a:error::x\u001b[22m');
  });
});
