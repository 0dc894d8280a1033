// Shows the progress of a long task: a progress bar in a terminal, a line from time to time elsewhere.
import { SingleBar } from 'cli-progress';
import { oneLine } from '../document/escape.ts';
import { count, duration } from '../document/format.ts';
import { terminalText } from '../document/terminal-text.ts';
import type { Progress } from '../types.ts';
import type { Io } from './io.ts';

/** Shortest time between two lines without a terminal. */
const LINE_MILLISECONDS = 15_000;

/** The progress of one task. */
export interface ProgressLine {
  update(progress: Progress): void;
  /** Prints lines above the bar. */
  print(lines: readonly string[]): void;
  /** Removes the bar; call it before printing anything else. */
  stop(): void;
}

/**
 * Starts showing progress.
 *
 * @param io where it is shown
 * @param title the name of the task
 * @param now milliseconds on any clock
 */
export function startProgress(io: Io, title: string, now: () => number = () => performance.now()): ProgressLine {
  return io.isTerminal ? terminalProgress(io, title, now) : plainProgress(io, title, now);
}

/** Describes how far a task is: the unit and its count, the detail, and the estimated time left if it is known. */
function describe({ done, total, unit, detail }: Progress, elapsedSeconds: number): string {
  const left =
    done > 0 && done < total && elapsedSeconds > 1 ? `${duration((elapsedSeconds / done) * (total - done))} left` : '';
  return [`${oneLine(unit)} ${count(done)}/${count(total)}`, oneLine(detail ?? ''), left].filter(Boolean).join(', ');
}

function terminalProgress(io: Io, title: string, now: () => number): ProgressLine {
  const { columns } = io;
  const bar = new SingleBar({
    format: (_options, { progress }, payload: { text: string }) => {
      const width = 20;
      const filled = Math.round(Math.max(0, Math.min(1, progress || 0)) * width);
      const line = `${oneLine(title).padEnd(22)} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${payload.text}`;
      // The bar writes to the terminal without the outputs of a command.
      return terminalText(line).slice(0, columns - 1);
    },
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    fps: 8,
  });
  let last = { done: 0, total: 1, text: '' };
  const show = (): void => bar.start(last.total, last.done, { text: last.text });
  show();
  let phase = '';
  let since = now();
  return {
    update(progress) {
      if (progress.unit !== phase) {
        phase = progress.unit;
        since = now();
      }
      const text = describe(progress, (now() - since) / 1000);
      last = { done: progress.done, total: Math.max(1, progress.total), text };
      bar.setTotal(last.total);
      bar.update(last.done, { text });
    },
    print(lines) {
      bar.stop();
      for (const line of lines) io.err(line);
      show();
    },
    stop: () => bar.stop(),
  };
}

function plainProgress(io: Io, title: string, now: () => number): ProgressLine {
  const start = now();
  let last = start;
  return {
    update(progress) {
      if (now() - last < LINE_MILLISECONDS) return;
      last = now();
      io.err(`${oneLine(title)}: ${describe(progress, (last - start) / 1000)}`);
    },
    print(lines) {
      for (const line of lines) io.err(line);
    },
    stop() {},
  };
}
