// What a terminal or a log receives: the colours of this program as escape sequences, and everything else as visible text.
import { randomInt } from 'node:crypto';
import { visibleText } from './visible-text.ts';

/** Styles a text, or returns it unchanged where there are no colours. */
export type Style = (text: string) => string;

/** The styles of this program. */
export interface Colours {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly yellow: Style;
}

const ESCAPE = '\u001b';

/** The parameters that start and end each style. */
const STYLES: Readonly<Record<keyof Colours, readonly [start: string, end: string]>> = {
  bold: ['1', '22'],
  dim: ['2', '22'],
  red: ['31', '39'],
  green: ['32', '39'],
  yellow: ['33', '39'],
};

/**
 * The last parameters of every sequence of this program; `terminalText` removes them. They differ from process to process,
 * so no text from outside can contain them and be taken for a colour. Tables measure sequences of at most six parameters
 * of four digits.
 */
const OWN = Array.from({ length: 3 }, () => randomInt(1000, 10_000)).join(';');
const OWN_SEQUENCE = new RegExp(`${ESCAPE}\\[([\\d;]+);${OWN}m`);
/** `::` at the start of a line, after white space and colours. */
const COMMAND = new RegExp(`^((?:[^\\S\\n]|${ESCAPE}\\[[\\d;]*m)*):(?=:)`, 'gm');

/**
 * Writes an escape sequence that `terminalText` lets through.
 *
 * @param parameters of Select Graphic Rendition: `31`, `38;5;232`
 */
export function colourSequence(parameters: string): string {
  return `${ESCAPE}[${parameters};${OWN}m`;
}

/**
 * Creates styles.
 *
 * @param isOn false for styles that return every text unchanged
 */
export function createColours(isOn: boolean): Colours {
  const styles = Object.entries(STYLES).map(([name, [start, end]]): [string, Style] => [
    name,
    isOn ? (text) => `${colourSequence(start)}${text}${colourSequence(end)}` : (text) => text,
  ]);
  return Object.fromEntries(styles) as unknown as Colours;
}

/**
 * Makes a text safe to print: only the sequences of `colourSequence` reach the terminal, every other control character
 * becomes visible, and no line is a command to the runner of GitHub Actions or Azure Pipelines.
 *
 * @param text of any origin, with the colours of this program; JSON text stays JSON text of the same value
 */
export function terminalText(text: string): string {
  // Every second part is what the group matched: the parameters of a sequence.
  const parts = text.split(OWN_SEQUENCE);
  return withoutCommands(parts.map((part, i) => (i % 2 === 0 ? visibleText(part) : `\u001b[${part}m`)).join(''));
}

/**
 * Breaks what a runner takes for a command: `::name` at the start of a line, after any white space, and `##[name]`
 * anywhere in a line.
 */
function withoutCommands(text: string): string {
  return text.replaceAll(COMMAND, '$1\\u003a').replaceAll(/##(?=\w*\[)/g, '#\\u0023');
}
