// Makes a page lighter: its PNG pictures become lossless WebP where that is smaller.
import type sharpModule from 'sharp';

/** A picture within a page, as `dataUri` writes it. */
const PNG = /data:image\/png;base64,([A-Za-z0-9+/]+=*)/g;
/** Below this many characters, there is little to gain. */
const LEAST_LENGTH = 2000;

/**
 * Replaces the PNG pictures of a page.
 *
 * @param page HTML
 * @returns the page with the same pixels
 */
export async function shrinkPictures(page: string): Promise<string> {
  const found = new Set(Array.from(page.matchAll(PNG), ([uri]) => uri).filter(({ length }) => length >= LEAST_LENGTH));
  if (found.size === 0) return page;
  // Loading takes a while, and most pages have no large picture.
  const { default: sharp } = await import('sharp');
  const smaller = new Map<string, string>();
  for (const uri of found) {
    const webp = await toWebp(sharp, uri);
    if (webp !== null && webp.length < uri.length) smaller.set(uri, webp);
  }
  return page.replaceAll(PNG, (uri) => smaller.get(uri) ?? uri);
}

/** null for what only looks like a picture: a name in a record may hold any text. */
async function toWebp(sharp: typeof sharpModule, uri: string): Promise<string | null> {
  try {
    const png = Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');
    const webp = await sharp(png).webp({ lossless: true, effort: 6 }).toBuffer();
    return `data:image/webp;base64,${webp.toString('base64')}`;
  } catch {
    return null;
  }
}
