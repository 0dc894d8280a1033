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
  return io.isTerminal ? terminalProgress(title, io.columns, now) : plainProgress(io, title, now);
}

/** Describes how far a task is: the unit and its count, the detail, and the estimated time left if it is known. */
function describe({ done, total, unit, detail }: Progress, elapsedSeconds: number): string {
  const left =
    done > 0 && done < total && elapsedSeconds > 1 ? `${duration((elapsedSeconds / done) * (total - done))} left` : '';
  return [`${oneLine(unit)} ${count(done)}/${count(total)}`, oneLine(detail ?? ''), left].filter(Boolean).join(', ');
}

function terminalProgress(title: string, columns: number, now: () => number): ProgressLine {
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
  bar.start(1, 0, { text: '' });
  let phase = '';
  let since = now();
  return {
    update(progress) {
      if (progress.unit !== phase) {
        phase = progress.unit;
        since = now();
      }
      bar.setTotal(Math.max(1, progress.total));
      bar.update(progress.done, { text: describe(progress, (now() - since) / 1000) });
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
    stop() {},
  };
}
