// The map on the page: its colours and its style.

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
.map{position:relative;max-width:880px}
.map canvas{width:100%;display:block;background:var(--card);border-radius:8px}
.map output{position:absolute;display:none;pointer-events:none;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:.35rem;font-size:.8125rem;z-index:2}
.map output i{display:block;image-rendering:pixelated;background-color:#000}
.keys{display:flex;flex-wrap:wrap;gap:.35rem;margin:.75rem 0;padding:0;list-style:none}
.keys button{font:inherit;font-size:.8125rem;color:var(--foreground);background:var(--card);border:1px solid var(--line);border-radius:999px;padding:.15rem .7rem;cursor:pointer}
.keys button[aria-pressed=false]{opacity:.45}
.keys b{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em}
.pictures{grid-template-columns:repeat(auto-fill,minmax(min(100%,220px),1fr));gap:1rem;font-size:.8125rem}
`.replaceAll('\n', '');
