// The page of an exploration.
import './every-page.ts';
import type { MapData } from '../document/page-data.ts';
import { bytesOf, dataOf, find } from './dom.ts';

/** The longer side of the picture at the pointer, in pixels. */
const PICTURE_SIDE = 84;
/** The greatest distance from the pointer to a point, in pixels of the drawing. */
const REACH = 12;
const MARGIN = 12;

for (const map of document.querySelectorAll<HTMLElement>('.map')) drawMap(map);

/** Draws a map, shows the image at the pointer and hides classes on request. */
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
  const zoom = PICTURE_SIDE / Math.max(data.width, data.height);
  const [pictureWidth, pictureHeight] = [data.width * zoom, data.height * zoom];
  picture.style.width = `${pictureWidth}px`;
  picture.style.height = `${pictureHeight}px`;
  picture.style.backgroundImage = `url(${find<HTMLImageElement>(map, 'img').src})`;
  picture.style.backgroundSize = `${data.columns * pictureWidth}px auto`;
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
    const [column, row] = [nearest % data.columns, Math.floor(nearest / data.columns)];
    picture.style.backgroundPosition = `${-column * pictureWidth}px ${-row * pictureHeight}px`;
    output.lastChild!.textContent = data.names[labels[nearest]!]!;
    output.style.left = `${Math.min(offsetX + 14, canvas.clientWidth - pictureWidth - 20)}px`;
    output.style.top = `${offsetY + 14}px`;
  });
  canvas.addEventListener('pointerleave', () => {
    output.style.display = 'none';
  });
}
