// The style of the pages for trying pictures.

/** Style sheet in addition to that of every page. */
export const TRY_STYLE = `
.try{display:grid;grid-template-columns:280px minmax(0,1fr);gap:1rem 2.5rem;align-items:start;margin-top:1.5rem}
.try h3{margin:0 0 .5rem}
.try-in,.try-out{display:grid;gap:1.25rem;grid-template-columns:minmax(0,1fr)}
.try-drop{width:100%;min-height:6.5rem;padding:.9rem 1rem;font:inherit;font-size:.875rem;color:var(--foreground);background:var(--card);border:2px dashed var(--faint);border-radius:10px;cursor:pointer;display:grid;gap:.6rem;place-items:center}
.try-drop:hover,.try-drop.over{border-color:var(--mark)}
.try-drop.over{border-style:solid}
.try-drop span{color:var(--faint)}
.try-drop b{max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.try-drop canvas{max-width:100%;height:auto;border-radius:4px}
.try-drop canvas.old{opacity:.35}
.try-paper{position:relative;display:block;width:100%;max-width:280px}
.try-paper canvas{display:block;width:100%;height:auto;background:#000;border-radius:10px;cursor:crosshair;touch-action:none;border:1px solid var(--line)}
.try-paper i{display:none;position:absolute;width:1rem;height:1rem;margin:-.5rem;border:2px solid #62b5f0;border-radius:50%;pointer-events:none}
.try-paper canvas:focus-visible+i{display:block}
.try-paper canvas.down+i{background:#62b5f0}
.try .controls{gap:.4rem;margin:.6rem 0 0}
.try .controls select{font-size:.8125rem;padding:.25rem .3rem}
.try .controls button{font:inherit;font-size:.8125rem;color:var(--foreground);background:var(--card);border:1px solid var(--line);border-radius:999px;padding:.25rem .65rem;cursor:pointer}
.try .controls button[aria-pressed=true]{border-color:var(--mark);box-shadow:inset 0 0 0 1px var(--mark)}
.try-verdict{font-size:1.3rem;font-weight:650;line-height:1.3;letter-spacing:-.01em;margin:0}
.try-out .note{margin:0}
.try-seen{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:center}
.try-seen canvas{width:168px;height:auto;border-radius:4px}
.try-seen p{flex:1 1 12rem;margin:0}
.try-answers{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:.75rem;margin:0;padding:0;list-style:none}
.try-answers>li{background:var(--card);border-radius:10px;padding:.75rem .9rem;min-width:0}
.try-answers>li:only-child{grid-column:1/-1;max-width:28rem}
.try-answers h3{margin:0 0 .35rem}
.try-answers .bars li{grid-template-columns:minmax(4.5rem,6.5rem) minmax(2rem,1fr) 3.7rem;gap:.5rem;color:var(--faint)}
.try-answers .bars li>span:last-child{white-space:nowrap}
.try-answers .bars li>span:nth-child(2):last-child{grid-column:2/-1;font-weight:400;color:var(--faint)}
.try-out>label{font-size:.875rem}
.try-answers .bars li.best{color:var(--mark);font-weight:600}
.try [hidden]{display:none}
@media (max-width:760px){.try{grid-template-columns:minmax(0,1fr)}.try-paper{max-width:none}}
`.replaceAll('\n', '');
