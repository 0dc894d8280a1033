import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/terminal/io.ts';
import { startProgress } from '../../src/terminal/progress.ts';

describe('startProgress without a terminal', () => {
  function started() {
    let time = 0;
    const lines: string[] = [];
    const io: Io = {
      out: () => {},
      err: (text) => lines.push(text),
      exit: () => {},
      isTerminal: false,
      columns: 100,
      colour: false,
    };
    const line = startProgress(io, 'cnn', () => time);
    const at = (seconds: number, done: number, detail?: string) => {
      time = seconds * 1000;
      line.update({ done, total: 18, unit: 'epoch', ...(detail && { detail }) });
    };
    return { at, lines };
  }

  it('prints a line with unit, detail and time left', () => {
    const { at, lines } = started();
    at(60, 3, 'loss 0.312');
    // 3 of 18 in 60 s: 15 more at 20 s each.
    expect(lines).toEqual(['cnn: epoch 3/18, loss 0.312, 5 min 00 s left']);
  });

  it('prints at most every 15 seconds', () => {
    const { at, lines } = started();
    for (let second = 0; second <= 60; second++) at(second, second / 10);
    expect(lines).toHaveLength(4);
  });

  it('names no time left before the first step and after the last', () => {
    const { at, lines } = started();
    at(20, 0);
    at(40, 18);
    expect(lines).toEqual(['cnn: epoch 0/18', 'cnn: epoch 18/18']);
  });
});
