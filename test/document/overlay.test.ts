import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { terminalHeat, terminalPicture } from '../../src/app/predict/terminal-picture.ts';
import { enlarge, overlay } from '../../src/document/overlay.ts';
import { terminalText } from '../../src/document/terminal-text.ts';

it('enlarges a map by interpolation between the middles of its cells', () => {
  const map = { maps: Float32Array.of(0, 1), height: 1, width: 2 };
  expect([...enlarge(map, 1, 4)]).toEqual([0, 0.25, 0.75, 1]);
  expect([...enlarge(map, 2, 2)]).toEqual([0, 1, 0, 1]);
  const constant = { maps: new Float32Array(9).fill(0.5), height: 3, width: 3 };
  expect([...new Set(enlarge(constant, 28, 28))]).toEqual([0.5]);
});

it('draws the image, the map, and the map over the image', () => {
  const cam = { layer: 'c', height: 1, width: 1, maps: Float32Array.of(1), labels: Uint8Array.of(0) };
  const { data, width, height } = decode(overlay(Uint8Array.of(100), { height: 1, width: 1, channels: 1 }, cam));
  expect([width, height]).toEqual([3 * 8 + 2 * 8, 8]);
  const pixel = (x: number) => [...data.slice(3 * x, 3 * x + 3)];
  expect(pixel(0)).toEqual([100, 100, 100]);
  expect(pixel(10)).toEqual([255, 255, 255]);
  const [map, both] = [pixel(16), pixel(32)];
  for (const [i, value] of both.entries()) expect(value).toBeGreaterThan(map[i]!);
});

it('draws images and maps as text, two rows a line', () => {
  expect(terminalPicture(Uint8Array.of(0, 255, 0, 255, 128, 128), 2, false)).toEqual([' @', ',,']);
  const coloured = terminalPicture(Uint8Array.of(0, 255), 1, true);
  expect(coloured.map(terminalText)).toEqual(['\u001b[38;5;232;48;5;255m▀\u001b[0m']);
  const cam = { layer: 'c', height: 1, width: 1, maps: Float32Array.of(1), labels: Uint8Array.of(0) };
  expect(terminalHeat(cam, 2, 3, false)).toEqual(['@@@']);
  expect(terminalHeat(cam, 2, 1, true)[0]).toMatch(/▀/);
});
