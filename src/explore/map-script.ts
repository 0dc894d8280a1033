// The map on the page: its colours, its style, its script.

/** Ten colours that stay apart, also for colour-blind eyes; further classes begin again. @see Tol, P. (2021). Colour schemes. */
export const CLASS_COLOURS: readonly string[] = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#ee7733',
  '#009988',
  '#999933',
  '#bb5566',
];

/** Style of the map and the pictures. */
export const MAP_STYLE = `
.pixelated{image-rendering:pixelated;max-width:100%;height:auto;background:#000}
.map{position:relative;max-width:880px}
.map canvas{width:100%;display:block;background:var(--card);border-radius:8px}
.map output{position:absolute;display:none;pointer-events:none;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:.35rem;font-size:.8125rem;z-index:2}
.map output i{display:block;image-rendering:pixelated;background-color:#000}
.keys{display:flex;flex-wrap:wrap;gap:.35rem;margin:.75rem 0;padding:0;list-style:none}
.keys button{font:inherit;font-size:.8125rem;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:999px;padding:.15rem .7rem;cursor:pointer}
.keys button[aria-pressed=false]{opacity:.45}
.keys b{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,220px),1fr));gap:1rem;margin:1rem 0;padding:0;list-style:none;font-size:.8125rem}
`.replaceAll('\n', '');

/** Draws the map, names the image under the pointer and hides classes on request. Reads `#map-data`. */
export const MAP_SCRIPT = `
for (const map of document.querySelectorAll('.map')) {
  const data = JSON.parse(map.querySelector('script').textContent);
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const labels = bytes(data.labels);
  const places = new Uint16Array(bytes(data.places).buffer);
  const canvas = map.querySelector('canvas');
  const context = canvas.getContext('2d');
  const shown = data.names.map(() => true);
  const [width, height] = [canvas.width, canvas.height];
  const x = (i) => 12 + (places[2 * i] / 65535) * (width - 24);
  const y = (i) => 12 + (places[2 * i + 1] / 65535) * (height - 24);
  const paint = () => {
    context.clearRect(0, 0, width, height);
    context.globalAlpha = 0.75;
    for (let i = 0; i < labels.length; i++) {
      if (!shown[labels[i]]) continue;
      context.fillStyle = data.colours[labels[i] % data.colours.length];
      context.fillRect(x(i) - 1.5, y(i) - 1.5, 3, 3);
    }
  };
  paint();
  for (const [label, button] of [...map.parentElement.querySelectorAll('.keys button')].entries()) {
    button.addEventListener('click', () => {
      shown[label] = !shown[label];
      button.setAttribute('aria-pressed', String(shown[label]));
      paint();
    });
  }
  const output = map.querySelector('output');
  const picture = output.querySelector('i');
  const zoom = 3;
  const [cell, line] = [data.width + 1, data.height + 1];
  picture.style.width = data.width * zoom + 'px';
  picture.style.height = data.height * zoom + 'px';
  canvas.addEventListener('pointermove', (event) => {
    const scale = width / canvas.clientWidth;
    const [px, py] = [event.offsetX * scale, event.offsetY * scale];
    let best = -1;
    let least = 12 ** 2;
    for (let i = 0; i < labels.length; i++) {
      const distance = (x(i) - px) ** 2 + (y(i) - py) ** 2;
      if (shown[labels[i]] && distance < least) [best, least] = [i, distance];
    }
    output.style.display = best < 0 ? 'none' : 'block';
    if (best < 0) return;
    picture.style.background = '#000 url(' + map.querySelector('img').src + ') ' +
      -(best % data.columns) * cell * zoom + 'px ' + -Math.floor(best / data.columns) * line * zoom + 'px / ' +
      (data.columns * cell - 1) * zoom + 'px auto';
    output.lastChild.textContent = data.names[labels[best]];
    output.style.left = Math.min(event.offsetX + 14, canvas.clientWidth - data.width * zoom - 20) + 'px';
    output.style.top = event.offsetY + 14 + 'px';
  });
  canvas.addEventListener('pointerleave', () => { output.style.display = 'none'; });
}
`;
