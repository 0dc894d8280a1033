import { describe, expect, it } from 'vitest';
import {
  hiddenCharacters,
  jsonProblems,
  markdownProblems,
  markupProblems,
  terminalProblems,
} from '../../../tools/fuzz/output-checks.ts';
import { fuzzText } from '../../../tools/fuzz/text.ts';

it('finds no text that any output shows otherwise than as visible text', () => {
  expect(fuzzText({ seed: 16, count: 150 })).toEqual([]);
});

describe('the checks of outputs', () => {
  it.each([
    ['hidden', hiddenCharacters, 'a\u202eb', ['hidden character U+202E']],
    ['hidden', hiddenCharacters, 'tab\tand line\n', []],
    ['terminal', terminalProblems, '\u001b[31mred', ['hidden character U+001B']],
    ['terminal', terminalProblems, 'a\n  ::error::b', ['command of a runner:   ::error::b']],
    ['terminal', terminalProblems, 'a ##[group]', ['command of a runner: a ##[group]']],
    ['JSON', jsonProblems, '{"a":"\\u001b"}', []],
    ['JSON', jsonProblems, '{"a":"\u009b"}', ['hidden character U+009B']],
    ['Markdown', markdownProblems, 'ask `@octocat` about `#1`', []],
    ['Markdown', markdownProblems, 'ask @octocat', ['mention: ask @octocat']],
    ['Markdown', markdownProblems, '[paper](<https://x.example>) 5', []],
    ['Markdown', markdownProblems, 'see https://x.example', ['address: see https://x.example']],
    ['Markdown', markdownProblems, '| a | b |\n| - | - |\n| c |', ['broken table: | a | b |\n| - | - |\n| c |']],
    ['HTML', markupProblems, '<p class="a">b &amp; c<br></p>', []],
    ['HTML', markupProblems, '<p>a & b</p>', ['not an entity: & b']],
    ['HTML', markupProblems, '<p><b></p>', ['wrong end: </p> at 10']],
    ['HTML', markupProblems, '<p onclick="x()"></p>', ['script in the attribute onclick']],
    ['HTML', markupProblems, '<a href="javascript:x()"></a>', ['address javascript:x()']],
    ['HTML', markupProblems, '<p>', ['no end of p']],
  ] as const)('of %s: %s %j', (_, check, text, problems) => {
    expect(check(text)).toEqual(problems);
  });
});
