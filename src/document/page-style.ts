// The style sheet of all pages. A page loads nothing else, so it works from disk without a network.
import { COLOURS } from './chart-colours.ts';

function variables(theme: 'light' | 'dark'): string {
  return Object.entries(COLOURS)
    .map(([name, colours]) => `--${name}:${colours[theme]}`)
    .join(';');
}

/** The page's style sheet. */
export const STYLE = `
:root{color-scheme:light dark;${variables('light')};--card:#f5f7f9;--mark:#0b66a8}
@media (prefers-color-scheme:dark){:root{${variables('dark')};--card:#1f242a;--mark:#62b5f0}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--foreground);font:16px/1.55 system-ui,sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:1200px;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.25rem}
h1{font-size:clamp(1.7rem,5vw,2.4rem);line-height:1.15;margin:0 0 .4rem;letter-spacing:-.02em}
h2{font-size:1.35rem;line-height:1.25;margin:3rem 0 .75rem;letter-spacing:-.01em}
h3{font-size:1rem;margin:0 0 .5rem}
.comparison>h2.title{font-size:1.6rem;border-top:2px solid var(--line);padding-top:1.5rem}
p{margin:.5rem 0;max-width:75ch}
a{color:var(--mark)}
.faint,figcaption,footer{color:var(--faint);font-size:.875rem}
nav{position:sticky;top:0;z-index:3;background:var(--paper);border-bottom:1px solid var(--line);margin-top:1.25rem}
nav ul{max-width:1200px;margin:0 auto;padding:.55rem 1.25rem;list-style:none;display:flex;gap:1.15rem;overflow-x:auto;white-space:nowrap;font-size:.875rem;scrollbar-width:thin}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--mark);outline-offset:2px;border-radius:3px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.card{background:var(--card);border-radius:10px;padding:.9rem 1rem;min-width:0}
.card .need{color:var(--faint);font-size:.8125rem;display:block}
.card .who{font-weight:650;display:block;font-size:1.05rem;line-height:1.35}
.card .value{font-size:1.3rem;font-variant-numeric:tabular-nums;display:block;letter-spacing:-.01em}
.card .detail{color:var(--faint);font-size:.8125rem;line-height:1.4;display:block;margin-top:.15rem}
.box{overflow-x:auto;margin:.75rem 0;scrollbar-width:thin}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
.full{width:100%}
th,td{padding:.42rem .5rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:middle;white-space:nowrap}
thead th{color:var(--faint);font-weight:600;vertical-align:bottom;border-bottom-width:2px}
th:first-child,td:first-child,.left{text-align:left}
tbody th{font-weight:600;text-align:left}
tbody tr:hover>*{background:var(--card)}
.pinned tbody th,.pinned thead th.name{position:sticky;left:0;background:var(--paper);z-index:1;text-align:left}
.pinned tbody th{min-width:8.5rem;max-width:15rem;white-space:normal}
.pinned tbody tr:hover th{background:var(--card)}
.wrap{white-space:normal;min-width:14rem;max-width:48rem}
.sub{display:block;font-weight:400;color:var(--faint);font-size:.78rem}
th button{all:unset;cursor:pointer;font:inherit;color:inherit;display:inline-block;padding:.1rem 0}
th button:hover{color:var(--foreground)}
th button:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
th button::after{content:"\\2195";content:"\\2195"/"";opacity:.35;padding-left:.25em}
th[aria-sort=ascending] button::after{content:"\\2191";content:"\\2191"/"";opacity:1}
th[aria-sort=descending] button::after{content:"\\2193";content:"\\2193"/"";opacity:1}
.bar{display:inline-block;position:relative;width:8rem;height:.8rem;margin-left:.6rem;vertical-align:-.08em;background:var(--card);border-radius:3px;overflow:hidden}
tr:hover .bar{background:var(--line)}
.bar i{position:absolute;top:.2rem;bottom:.2rem;border-radius:2px;background:currentColor;opacity:.45}
.bar b{position:absolute;top:0;bottom:0;width:3px;margin-left:-1.5px;border-radius:1px;background:currentColor}
.traditional{color:var(--traditional)}.deep{color:var(--deep)}.baseline{color:var(--baseline)}
.bad{color:var(--deep);font-weight:600}
.result{font-size:1.1rem;font-weight:650;border-left:4px solid var(--faint);padding-left:.8rem;overflow-wrap:anywhere}
.result.good{border-color:var(--good);color:inherit}
.result.bad{border-color:var(--bad);color:inherit}
.note{border-left:3px solid var(--deep);padding:.1rem 0 .1rem .8rem;margin:.75rem 0}
figure{margin:1rem 0;min-width:0}
figcaption{padding-top:.5rem;max-width:75ch}
.chart-wide,.chart-narrow{overflow-x:auto}
.chart-narrow{display:none}
figure svg{display:block;max-width:100%;height:auto;color:var(--foreground)}
.chart{fill:currentColor;font-family:system-ui,sans-serif;font-size:12px;font-variant-numeric:tabular-nums;text-anchor:middle}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;font-size:.8125rem;color:var(--faint);margin:.25rem 0 0;padding:0;list-style:none}
.legend span{margin-right:.35em}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:1.5rem 2rem;margin:1rem 0}
.grid.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr))}
.grid>*{min-width:0}
.grid ul{margin:.4rem 0;padding-left:1.1rem;font-size:.875rem}
.grid figure{margin:.4rem 0}
details{border-bottom:1px solid var(--line);padding:.1rem 0}
summary{cursor:pointer;padding:.5rem 0;font-weight:600}
details[open]>summary{color:var(--mark)}
.switch{border:0;padding:0;margin:1rem 0}
.switch legend{float:left;margin-right:1rem;padding:0;font-size:.875rem;color:var(--faint)}
.switch label{margin-right:1rem;font-size:.875rem;cursor:pointer;white-space:nowrap}
.switch>div{clear:both;display:none}
.switch:has(.to-fit:checked) .shown-fit,.switch:has(.to-predict:checked) .shown-predict,.switch:has(.to-sum:checked) .shown-sum{display:block}
.good{color:var(--traditional)}
.pixelated,.sheet{image-rendering:pixelated;background-color:#000}
.sheet{--zoom:3;display:inline-block;width:calc(var(--w)*var(--zoom)*1px);height:calc(var(--h)*var(--zoom)*1px);background-position:calc(var(--x)*(var(--w) + 1)*var(--zoom)*-1px) calc(var(--y)*(var(--h) + 1)*var(--zoom)*-1px);background-size:calc((var(--columns)*(var(--w) + 1) - 1)*var(--zoom)*1px) auto}
.close-up .sheet{--zoom:6}
img.pixelated{max-width:100%;height:auto}
.controls{display:flex;flex-wrap:wrap;gap:.5rem 1.1rem;margin:.75rem 0;font-size:.875rem;align-items:center}
.controls select{font:inherit;max-width:min(19rem,100%);color:var(--foreground);background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.2rem .4rem}
.matrix caption{caption-side:top;text-align:left;color:var(--faint);padding:.3rem 0;white-space:normal}
.matrix thead th{font-weight:400;font-size:.75rem;writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;padding:.3rem .1rem;border:0}
.matrix td{min-width:2.6rem;text-align:center;border:1px solid var(--paper);color:var(--foreground);background:color-mix(in srgb,var(--good) var(--depth),transparent)}
.matrix td.bad{font-weight:400;background:color-mix(in srgb,var(--bad) var(--depth),transparent)}
.matrix td.deep{color:var(--onHeat)}
.pairwise th,.pairwise td{padding:.2rem .35rem;border:0}
.pairwise td{text-align:center;min-width:1.9rem;border:1px solid var(--paper);background:var(--card)}
.pairwise td.good,.pairwise td.bad{font-weight:400}
.pairwise td.even{color:var(--faint)}
.pairwise td.same{background:none}
.pairwise thead span{writing-mode:vertical-rl;transform:rotate(180deg);font-weight:400}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none;font-size:.75rem;line-height:1.3}
.pictures button{all:unset;cursor:pointer;display:block}
.pictures button:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
.pictures button>span{display:block}
.gallery>output{display:block}
.gallery>output>button{font:inherit;font-size:.875rem;color:var(--foreground);background:var(--card);border:1px solid var(--line);border-radius:999px;padding:.3rem 1.1rem;cursor:pointer}
.close-up{background:var(--card);border-radius:10px;padding:1rem;display:grid;grid-template-columns:auto minmax(0,1fr);gap:.5rem 1.25rem}
.close-up h3{grid-column:1/-1;margin:0}
.bars{list-style:none;max-width:44rem;margin:0;padding:0;font-size:.8125rem;display:grid;gap:.15rem}
.bars li{display:grid;grid-template-columns:minmax(5rem,10rem) minmax(4rem,8rem) minmax(2rem,1fr) 3.2rem;gap:.6rem;align-items:center}
.bars li>span:first-child{color:var(--foreground);overflow-wrap:anywhere}
.bars li>span:last-child{text-align:right;color:var(--foreground);font-variant-numeric:tabular-nums}
.bars li.bad{font-weight:400}
.probability{height:.7rem;background:var(--line);border-radius:3px;overflow:hidden}
.probability i{display:block;height:100%;background:currentColor}
.triples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,calc(9px*var(--w) + .5rem)),1fr));gap:1rem;margin:1rem 0;padding:0;list-style:none;font-size:.8125rem}
.triple{display:flex;gap:.25rem}
.seen{position:relative;width:calc(var(--w)*3px);height:calc(var(--h)*3px);background:#000;overflow:hidden}
.heat{position:absolute;inset:0;background-size:calc(100%*var(--maps)*(var(--across) + 2)/var(--across)) calc(100%*(var(--rows) + 2)/var(--rows));background-position:calc(var(--w)*-3px*(1 + var(--i)*(var(--across) + 2))/var(--across)) calc(var(--h)*-3px/var(--rows))}
.grid ul.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(4.6rem,1fr));gap:.5rem;padding:0;list-style:none;font-size:.75rem;text-align:center;overflow-wrap:anywhere}
.maps li:only-child{max-width:11rem}
.maps img{width:100%;image-rendering:pixelated;border:1px solid var(--line)}
pre{background:var(--card);border-radius:8px;padding:.9rem 1rem;overflow-x:auto;font-size:.8125rem;line-height:1.6}
code{font-size:.92em;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.3rem 1.25rem;font-size:.875rem;margin:.75rem 0}
dt{color:var(--faint)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
footer{padding-top:2rem;padding-bottom:3rem}
@media (max-width:620px){
main,header,footer{padding-left:1rem;padding-right:1rem}
nav ul{padding-left:1rem;padding-right:1rem}
.chart-wide{display:none}.chart-narrow{display:block}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:.5rem}
.card{padding:.7rem .75rem}
.card .value{font-size:1.1rem}
dl{grid-template-columns:1fr}
.close-up{grid-template-columns:1fr}
.bars li{grid-template-columns:minmax(4rem,1fr) minmax(3.5rem,1fr) minmax(1.5rem,1fr) 2.8rem;gap:.35rem}
dd{margin-bottom:.4rem}
.bar{width:5.5rem}
.pinned tbody th,.pinned thead th.name{min-width:0;max-width:8.5rem;white-space:normal}
}
@media print{
:root{${variables('light')};--card:#f5f7f9;color-scheme:light}
nav,.switch legend,.switch label,.switch input,.controls,.gallery>output>button{display:none}
.pixelated,.sheet,.heat,.seen,.pairwise td,.matrix td,.probability,.probability i,.bar,.bar i,.bar b{print-color-adjust:exact}
body{font-size:10pt}
h2{margin-top:1.5rem;break-after:avoid}
figure,.card,tr,.grid>*{break-inside:avoid}
.box,.chart-wide,pre{overflow:visible}
pre{white-space:pre-wrap}
th,td{padding:.25rem .4rem;font-size:8pt;white-space:normal}
.wrap{min-width:0}
a{color:inherit;text-decoration:none}
}
`.replaceAll('\n', '');
