// Keeps what the process of a fit prints: its first and its last part, as a file next to the record.
import { rm } from 'node:fs/promises';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { visibleText } from '../document/visible-text.ts';
import { logPath } from '../results/path.ts';

/** Size of a log; more is left out of its middle. */
const LIMIT_BYTES = 256 * 1024;
/** Of a longer line, only the start is kept. */
const MOST_CHARACTERS = 10_000;
/** What TensorFlow prints at every log level. It says nothing about the model. */
const ENGINE_NOTICE = / I tensorflow\/core\/util\/port\.cc:\d+\] oneDNN custom operations are on/;

/** What the process of a fit has printed. */
export interface FitLog {
  /**
   * Adds lines, with their control characters made visible.
   *
   * @param lines without line breaks
   * @returns the lines that the model printed, as they are kept
   */
  add(lines: readonly string[]): readonly string[];
  /** The whole text, or its first and its last part; empty if nothing was printed. */
  text(): string;
  /** The last lines, at most `count`. */
  last(count: number): readonly string[];
}

/**
 * Creates an empty log.
 *
 * @param limitBytes size at which the middle of the text is left out
 */
export function createFitLog(limitBytes = LIMIT_BYTES): FitLog {
  const first: string[] = [];
  const last: string[] = [];
  let [firstBytes, lastBytes, leftOut] = [0, 0, 0];
  const keep = (line: string): void => {
    const bytes = Buffer.byteLength(line) + 1;
    if (last.length === 0 && firstBytes + bytes <= limitBytes / 2) {
      first.push(line);
      firstBytes += bytes;
      return;
    }
    last.push(line);
    lastBytes += bytes;
    while (lastBytes > limitBytes / 2 && last.length > 1) {
      lastBytes -= Buffer.byteLength(last.shift()!) + 1;
      leftOut++;
    }
  };
  return {
    add(lines) {
      const kept = lines.filter((line) => !ENGINE_NOTICE.test(line)).map(readable);
      kept.forEach(keep);
      return kept;
    },
    text() {
      const middle = leftOut > 0 ? [`[${leftOut} lines are left out here]`] : [];
      return [...first, ...middle, ...last].map((line) => `${line}\n`).join('');
    },
    last: (count) => [...first, ...last].slice(-count),
  };
}

/**
 * Writes the log of a fit next to its record. A fit that printed nothing has no log: that of an earlier fit is removed.
 *
 * @param recordFile the file of the record, ending in `.json`
 * @returns the file of the log; null if there is none
 * @throws UserError if the file cannot be written
 */
export async function writeFitLog(recordFile: string, log: FitLog): Promise<string | null> {
  const file = logPath(recordFile);
  const text = log.text();
  if (text === '') {
    await rm(file, { force: true });
    return null;
  }
  await writeFileAtomic(file, text);
  return file;
}

function readable(line: string): string {
  const isLong = line.length > MOST_CHARACTERS;
  const text = visibleText(isLong ? line.slice(0, MOST_CHARACTERS) : line.replace(/\r$/, ''));
  return isLong ? `${text} ... (${line.length} characters)` : text;
}
