// Small picture files of every kind that is decoded, and files that claim any size.
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const WIDTH = 24;
const HEIGHT = 18;

/** A picture with colours, edges and transparency. */
function picture(channels: 1 | 3 | 4): Sharp {
  const values = Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i * 37 + (i >> 4) * 91) % 256);
  return sharp(values, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

function animation(): Sharp {
  const frames = Uint8Array.from({ length: WIDTH * HEIGHT * 2 }, (_, i) => (i * 13) % 256);
  return sharp(frames, { raw: { width: WIDTH, height: 2 * HEIGHT, channels: 1, pageHeight: HEIGHT } });
}

/** Makes one file of each kind, by name. */
export async function pictureFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const delay = [100, 100];
  const kinds: Readonly<Record<string, Sharp>> = {
    'grey PNG': picture(1).toColourspace('b-w').png(),
    'PNG of three channels': picture(3).png(),
    'PNG of four channels': picture(4).png(),
    'PNG with a palette': picture(3).png({ palette: true }),
    'PNG in passes': picture(3).png({ progressive: true }),
    'PNG of 16 bits': picture(3).toColourspace('rgb16').png(),
    JPEG: picture(3).jpeg(),
    'progressive JPEG': picture(3).jpeg({ progressive: true }),
    'turned JPEG': picture(3).withMetadata({ orientation: 6 }).jpeg(),
    'JPEG of four inks': picture(3).toColourspace('cmyk').jpeg(),
    WebP: picture(4).webp(),
    'lossless WebP': picture(4).webp({ lossless: true }),
    'animated WebP': animation().webp({ delay }),
    GIF: picture(3).gif(),
    'animated GIF': animation().gif({ delay }),
  };
  const files = await Promise.all(
    Object.entries(kinds).map(async ([name, image]) => [name, await image.toBuffer()] as const),
  );
  return new Map(files);
}

/**
 * Makes a file of 30 to 300 bytes that claims a size.
 *
 * @param format what it is
 * @param width at most 2^31 - 1 for a PNG, 65,535 for the others
 * @param height as the width
 */
export function claimSize(format: 'PNG' | 'GIF' | 'JPEG' | 'WebP', width: number, height: number): Buffer {
  if (format === 'PNG') return claimingPng(width, height);
  const size = Buffer.alloc(4);
  if (format === 'JPEG') {
    size.writeUInt16BE(height, 0);
    size.writeUInt16BE(width, 2);
    const frame = Buffer.concat([Buffer.from([0xff, 0xc0, 0, 11, 8]), size, Buffer.from([1, 1, 0x11, 0])]);
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    return Buffer.concat([Buffer.from([0xff, 0xd8]), frame, scan, Buffer.alloc(64), Buffer.from([0xff, 0xd9])]);
  }
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  if (format === 'GIF') {
    const palette = Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    const frame = Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), size, Buffer.from([0, 2, 2, 0x4c, 1, 0, 0x3b])]);
    return Buffer.concat([Buffer.from('GIF89a'), size, palette, frame]);
  }
  const body = Buffer.concat([Buffer.from([0x10, 0, 0, 0x9d, 1, 0x2a]), size, Buffer.alloc(40)]);
  const lengths = [Buffer.alloc(4), Buffer.alloc(4)] as const;
  lengths[0].writeUInt32LE(12 + body.length);
  lengths[1].writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from('RIFF'), lengths[0], Buffer.from('WEBPVP8 '), lengths[1], body]);
}

function claimingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1000)))]);
}

/** One chunk of a PNG file: length, type, data, checksum. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** The checksum of a PNG's chunk; Node's own is younger than the oldest Node that the project supports. */
function crc32(bytes: Uint8Array): number {
  let checksum = ~0;
  for (const byte of bytes) {
    checksum ^= byte;
    for (let bit = 0; bit < 8; bit++) checksum = (checksum >>> 1) ^ (checksum & 1 ? 0xedb88320 : 0);
  }
  return ~checksum >>> 0;
}
