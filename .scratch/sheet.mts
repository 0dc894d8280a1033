import { readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
const t = readFileSync('/tmp/report-old/index.html','utf8');
const m = /<div class="gallery"><img src="data:image\/png;base64,([^"]*)"/.exec(t)!;
const png = Buffer.from(m[1]!, 'base64'); console.log('png', png.length);
const meta = await sharp(png).metadata(); console.log(meta.width, meta.height, meta.channels);
for (const effort of [4,6]) { const w = await sharp(png).webp({lossless:true, effort}).toBuffer(); console.log('webp lossless', effort, w.length);}
console.log('png9', (await sharp(png).png({compressionLevel:9, adaptiveFiltering:true, effort:10}).toBuffer()).length, (await sharp(png).png({compressionLevel:9, adaptiveFiltering:false}).toBuffer()).length);
for (const q of [100,95,90,80,60,20]) console.log('near', q, (await sharp(png).webp({nearLossless:true, quality:q, effort:6}).toBuffer()).length);
for (const q of [95,90,85,80]) console.log('lossy', q, (await sharp(png).webp({quality:q, effort:6}).toBuffer()).length);
console.log('avif', (await sharp(png).avif({lossless:true, effort:4}).toBuffer()).length);
