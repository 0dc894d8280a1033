// The page of an exploration.
import './every-page.ts';
import type { MapData } from '../document/page-data.ts';
import { bytesOf, dataOf, find } from './dom.ts';

/** A picture under the pointer is shown so many times as large. */
const ZOOM = 3;
/** How near the pointer must come to a point, in pixels of the drawing. */
const REACH = 12;
const MARGIN = 12;

for (const map of document.querySelectorAll<HTMLElement>('.map')) drawMap(map);

/** Draws a map, names the image under the pointer and hides classes on request. */
function drawMap(map: HTMLElement): void {
  const data = dataOf<MapData>(map);
  const labels = bytesOf(data.labels);
  const places = new Uint16Array(bytesOf(data.places).buffer);
  const canvas = find<HTMLCanvasElement>(map, 'canvas');
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  const isShown = data.names.map(() => true);
  const x = (i: number): number => MARGIN + (places[2 * i]! / 65535) * (width - 2 * MARGIN);
  const y = (i: number): number => MARGIN + (places[2 * i + 1]! / 65535) * (height - 2 * MARGIN);

  const paint = (): void => {
    context.clearRect(0, 0, width, height);
    context.globalAlpha = 0.75;
    for (const [i, label] of labels.entries()) {
      if (!isShown[label]) continue;
      context.fillStyle = data.colours[label % data.colours.length]!;
      context.fillRect(x(i) - 1.5, y(i) - 1.5, 3, 3);
    }
  };
  paint();
  for (const [label, button] of [...map.parentElement!.querySelectorAll('.keys button')].entries()) {
    button.addEventListener('click', () => {
      isShown[label] = !isShown[label];
      button.setAttribute('aria-pressed', String(isShown[label]));
      paint();
    });
  }

  const output = find<HTMLElement>(map, 'output');
  const picture = find<HTMLElement>(output, 'i');
  const [cell, line] = [data.width + 1, data.height + 1];
  const sheet = find<HTMLImageElement>(map, 'img').src;
  picture.style.width = `${data.width * ZOOM}px`;
  picture.style.height = `${data.height * ZOOM}px`;
  canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    const scale = width / canvas.clientWidth;
    let nearest = -1;
    let least = REACH ** 2;
    for (const [i, label] of labels.entries()) {
      const distance = (x(i) - offsetX * scale) ** 2 + (y(i) - offsetY * scale) ** 2;
      if (isShown[label] && distance < least) [nearest, least] = [i, distance];
    }
    output.style.display = nearest < 0 ? 'none' : 'block';
    if (nearest < 0) return;
    const left = -(nearest % data.columns) * cell * ZOOM;
    const top = -Math.floor(nearest / data.columns) * line * ZOOM;
    picture.style.background = `#000 url(${sheet}) ${left}px ${top}px / ${(data.columns * cell - 1) * ZOOM}px auto`;
    output.lastChild!.textContent = data.names[labels[nearest]!]!;
    output.style.left = `${Math.min(offsetX + 14, canvas.clientWidth - data.width * ZOOM - 20)}px`;
    output.style.top = `${offsetY + 14}px`;
  });
  canvas.addEventListener('pointerleave', () => {
    output.style.display = 'none';
  });
}
