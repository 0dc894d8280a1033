import { readFileSync } from 'node:fs';
import sharp from 'sharp';
const t = readFileSync('/tmp/report-old/index.html','utf8');
const m = /<div class="gallery"><img src="data:image\/png;base64,([^"]*)"/.exec(t)!;
const png = Buffer.from(m[1]!, 'base64');
const {data, info} = await sharp(png).raw().toBuffer({resolveWithObject:true});
const js = JSON.parse(/<div class="gallery">[\s\S]*?<script type="application\/json">([\s\S]*?)<\/script>/.exec(t)![1]!);
const truth = Buffer.from(js.truth,'base64'); const n = truth.length; console.log(n, info.channels);
const ch = info.channels;
const img = (i:number)=>{const o=new Uint8Array(784); const x0=(i%40)*29,y0=Math.floor(i/40)*29; for(let y=0;y<28;y++)for(let x=0;x<28;x++)o[y*28+x]=data[((y0+y)*info.width+x0+x)*ch]!; return o;};
const imgs=[...Array(n).keys()].map(img);
async function size(order:number[], cols:number, gap:number, opts:any={lossless:true,effort:6}){
 const rows=Math.ceil(n/cols), w=cols*(28+gap)-gap,h=rows*(28+gap)-gap; const d=new Uint8Array(w*h);
 order.forEach((k,i)=>{const x0=(i%cols)*(28+gap),y0=Math.floor(i/cols)*(28+gap); for(let y=0;y<28;y++)d.set(imgs[k]!.subarray(y*28,y*28+28),(y0+y)*w+x0);});
 return (await sharp(d,{raw:{width:w,height:h,channels:1}}).webp(opts).toBuffer()).length;
}
const id=[...Array(n).keys()];
const byClass=[...id].sort((a,b)=>truth[a]!-truth[b]!);
for (const gap of [0,1]) for (const cols of [4,8,40,100]) console.log(gap,cols,await size(id,cols,gap), await size(byClass,cols,gap));
// by mean brightness in class
const mean=imgs.map(d=>d.reduce((s,v)=>s+v,0));
const byBoth=[...id].sort((a,b)=>truth[a]!-truth[b]!||mean[a]!-mean[b]!);
console.log('both', await size(byBoth,40,0), await size(byBoth,8,0));
for (const q of [95,90,80]) console.log('near',q, await size(byBoth,40,0,{nearLossless:true,quality:q,effort:6}));
console.log('q100', await size(id,40,1,{lossless:true,quality:100,effort:6}));
// alternative: colour planes: three images in r,g,b
