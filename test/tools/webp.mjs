/** Pictures as small as a README wants them: PNG in, WebP out, encoded by the browser that took them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { launchChromium } from '../helpers/chromium.mjs';

const quality = 0.7;

/**
 * @param {readonly { from: string, to: string, part?: { x: number, y: number, width: number, height: number } }[]} pictures
 *   files, and the part of each that is wanted, in pixels
 */
export async function writeWebp(pictures) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    for (const { from, to, part } of pictures) {
      const source = `data:image/png;base64,${readFileSync(from).toString('base64')}`;
      const encoded = await page.evaluate(encode, { source, part, quality });
      writeFileSync(to, Buffer.from(encoded.slice(encoded.indexOf(',') + 1), 'base64'));
    }
  } finally {
    await browser.close();
  }
}

/** Runs in the page. */
async function encode({ source, part, quality }) {
  const image = new Image();
  image.src = source;
  await image.decode();
  const { x, y, width, height } = part ?? { x: 0, y: 0, width: image.width, height: image.height };
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d').drawImage(image, x, y, width, height, 0, 0, width, height);
  return canvas.toDataURL('image/webp', quality);
}
