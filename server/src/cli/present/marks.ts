/** Bars, strips and colours made of characters. */
import { gain } from '../../protocol/reading';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar of `width` cells that starts at chance and ends at the best possible score, so that its length is gain and not level. */
export function gainBar(score: number | null, range: { readonly chance: number; readonly best: number }, width: number): string {
  const filled = Math.round(gain(score, range) * width * 8);
  return `${'█'.repeat(Math.floor(filled / 8))}${eighths[filled % 8] ?? ''}`.padEnd(width, '·').slice(0, width);
}

/** One cell a layer, its height the best score of that layer over chance; a dot where a layer has no score. */
export function layerStrip(best: readonly (number | null)[], range: { readonly chance: number; readonly best: number }): string {
  return best.map((score) => (score === null ? '·' : heightMark(gain(score, range)))).join('');
}

/** One cell filled from below to a share (0 to 1) of its height, in eight steps. */
export function heightMark(share: number): string {
  return heights[Math.min(7, Math.floor(share * 8))] ?? '▁';
}

export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** High on the concept. */
  readonly high: (text: string) => string;
  /** Low on the concept. */
  readonly low: (text: string) => string;
  readonly gain: (text: string) => string;
}

const code =
  (on: string) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[0m`;
const plain = (text: string): string => text;

/** Orange for high, violet for low, blue for amount; plain text where colour is off. */
export function palette(colour: boolean): Palette {
  return colour
    ? { bold: code('1'), dim: code('2'), high: code('38;5;208'), low: code('38;5;141'), gain: code('38;5;75') }
    : { bold: plain, dim: plain, high: plain, low: plain, gain: plain };
}
