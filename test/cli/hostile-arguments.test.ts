// One hostile text through every command, as argument and as option. Nothing of it may act on a terminal or a log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Option } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE_LINE } from '../fixtures/hostile-text.ts';
import { everyCommand, expectSafe, run } from './every-command.ts';

const commands = await everyCommand();
// A command that fails writes why into the Markdown that it was to write.
const outputs = mkdtempSync(path.join(tmpdir(), 'fitting-room-hostile-'));
afterAll(() => rmSync(outputs, { recursive: true }));

/** A hostile value that the option accepts, or null when it accepts none. */
function acceptedValue({ parseArg, argChoices }: Option): string | null {
  if (argChoices) return null;
  try {
    parseArg?.(HOSTILE_LINE, []);
    return HOSTILE_LINE;
  } catch {
    return null;
  }
}

describe.each(commands.map(({ name, command }) => [name, command] as const))('%s', (typed, command) => {
  const name = typed.split(' ');
  const options = command.options.filter((option) => option.required || option.optional);
  const given = command.registeredArguments.map(() => HOSTILE_LINE);

  it('shows hostile arguments and options in its errors, and exits with 2', async () => {
    const accepted = options.flatMap((option) => {
      const value = acceptedValue(option);
      const isOutput = option.long === '--markdown';
      return value === null ? [] : [`${option.long}=${isOutput ? path.join(outputs, value) : value}`];
    });
    const printed = await run(...name, ...accepted, '--', ...given);
    expectSafe(printed);
    expect(printed.err).not.toBe('');
    expect(printed.code).toBe(2);
  });

  it.each(options.filter((option) => acceptedValue(option) === null).map((option) => [option.long!]))(
    'shows a hostile value of %s in its error',
    async (long) => {
      const printed = await run(...name, `${long}=${HOSTILE_LINE}`, ...given);
      expectSafe(printed);
      expect(printed.code).toBe(2);
    },
  );

  it('shows an unknown option in its error', async () => {
    const printed = await run(...name, `--${HOSTILE_LINE}`, ...given);
    expectSafe(printed);
    expect(printed.err).toContain("error: unknown option '--::warning:: \\u001b[2J\\u001b]0;title\\u0007");
    expect(printed.code).toBe(2);
  });
});

it('shows the name of an unknown command in the error', async () => {
  const printed = await run(HOSTILE_LINE);
  expectSafe(printed);
  expect(printed.code).toBe(2);
});
