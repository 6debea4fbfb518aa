import fs from 'node:fs';
import sharp from 'sharp';
import * as upng from 'upng-js';

/** Enough for a workbench, whose text is smoothed in a few shades of gray. */
const colors = 32;

/** Rewrites a picture with few colors, which reduces it to a third of its size. */
export function makeSmall(file: string): void {
  const bytes = fs.readFileSync(file);
  const picture = upng.decode(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const [frame] = upng.toRGBA8(picture);
  if (frame) fs.writeFileSync(file, Buffer.from(upng.encode([frame], picture.width, picture.height, colors)));
}

/** Rewrites a picture as WebP, which is a quarter smaller without losing anything. README's pictures must be PNG. */
export async function makeWebP(file: string): Promise<void> {
  await sharp(file)
    .webp({ lossless: true, effort: 6 })
    .toFile(file.replace(/\.png$/, '.webp'));
  fs.rmSync(file);
}

/** Compresses a PNG as well as possible. */
export async function compress(file: string): Promise<void> {
  const options = { compressionLevel: 9, effort: 10, adaptiveFiltering: true };
  fs.writeFileSync(file, await sharp(file).png(options).toBuffer());
}
