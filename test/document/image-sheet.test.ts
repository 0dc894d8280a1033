import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { scatter, sheet, toGreys } from '../../src/document/image-sheet.ts';

describe('sheet', () => {
  it('puts images side by side and in rows, one pixel apart', () => {
    const shape = { height: 1, width: 2, channels: 1 };
    const { width, height, data } = decode(
      sheet(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        shape,
        2,
      ),
    );
    expect([width, height]).toEqual([5, 3]);
    expect([...data]).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0, 0, 5, 6, 0, 0, 0]);
  });

  it('keeps colours', () => {
    const { channels, data } = decode(sheet([[1, 2, 3]], { height: 1, width: 1, channels: 3 }, 1));
    expect([channels, ...data]).toEqual([3, 1, 2, 3]);
  });
});

it('scales to the largest value, and leaves black what is all zero', () => {
  expect([...toGreys([0, 5, 10])]).toEqual([0, 127, 255]);
  expect([...toGreys([0, 0])]).toEqual([0, 0]);
});

it('scatters points in the colours of their classes', () => {
  const { width, data } = decode(scatter(Uint16Array.of(0, 0, 65_535, 65_535), [0, 1], ['#ff0000', '#0000ff']));
  const at = (x: number, y: number) => [...data.slice((y * width + x) * 3, (y * width + x) * 3 + 3)];
  expect(at(12, 12)).toEqual([255, 0, 0]);
  expect(at(868, 628)).toEqual([0, 0, 255]);
  expect(at(400, 300)).toEqual([255, 255, 255]);
});
