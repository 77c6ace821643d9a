/**
 * SentencePiece's precompiled character map: a double-array trie over UTF-8 bytes whose values point into a pool of
 * replacement strings. Read as the tokenizers library reads it (its `spm_precompiled`), including what it does with the
 * shortest known prefix of a grapheme.
 */
import { rewritten } from './alignedText';
import type { AlignedText } from './alignedText';

/** Graphemes of this many UTF-8 bytes or more are looked up character by character only. */
const longestGrapheme = 6;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const encoder = new TextEncoder();

/** The map's replacement of a text, or undefined where it has none. */
export type Charsmap = (chunk: string) => string | undefined;

/** Decodes the base64 field `precompiled_charsmap`. Undefined when the bytes are no such map. */
export function readCharsmap(base64: string): Charsmap | undefined {
  const bytes = Buffer.from(base64, 'base64');
  const trieBytes = bytes.length >= 4 ? bytes.readUInt32LE(0) : Number.NaN;
  if (!(trieBytes >= 4 && trieBytes % 4 === 0 && 4 + trieBytes <= bytes.length)) return undefined;
  const units = new Uint32Array(trieBytes / 4);
  for (let i = 0; i < units.length; i++) units[i] = bytes.readUInt32LE(4 + 4 * i);
  const pool = bytes.subarray(4 + trieBytes);

  const known = new Map<string, string | undefined>();
  return (chunk) => {
    if (known.has(chunk)) return known.get(chunk);
    const at = shortestPrefix(units, encoder.encode(chunk));
    const replacement = at === undefined ? undefined : pool.subarray(at, endOfString(pool, at)).toString('utf8');
    if (known.size < 50_000) known.set(chunk, replacement);
    return replacement;
  };
}

function endOfString(pool: Buffer, at: number): number {
  const end = pool.indexOf(0, at);
  return end < 0 ? pool.length : end;
}

/** Value of the shortest key that `bytes` begins with. Units are those of darts-clone: label, leaf flag and offset in 32 bits. */
function shortestPrefix(units: Uint32Array, bytes: Uint8Array): number | undefined {
  let node = offset(units[0] ?? 0);
  for (const byte of bytes) {
    if (byte === 0) return undefined;
    node ^= byte;
    const unit = units[node];
    if (unit === undefined || (unit & 0x8000_00ff) !== byte) return undefined;
    node ^= offset(unit);
    if ((unit >>> 8) & 1) return (units[node] ?? 0) & 0x7fff_ffff;
  }
  return undefined;
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/**
 * Applies the map grapheme by grapheme, else character by character. Characters that it removes at the very start go to the
 * first one that stays: the library's ids follow from a text that still starts at 0. (Its spans are late by the removed
 * characters then, on to the end of the text; ours are not.)
 */
export function mapped(text: AlignedText, charsmap: Charsmap): AlignedText {
  const results: { character: string; change: number }[] = [];
  let changed = false;
  let removedFirst = 0;
  const replace = (old: string, replacement: string): void => {
    changed = true;
    const oldCount = [...old].length;
    const characters = [...replacement];
    // As many characters as were there replace them one by one, surplus ones are additions, missing ones go with the last.
    characters.forEach((character, i) => results.push({ character, change: i < oldCount ? 0 : 1 }));
    const last = results.at(-1);
    const missing = Math.max(0, oldCount - characters.length);
    if (last) last.change -= missing;
    else removedFirst += missing;
  };
  for (const { segment } of graphemes.segment(text.text)) {
    const whole = encoder.encode(segment).length < longestGrapheme ? charsmap(segment) : undefined;
    if (whole !== undefined) {
      replace(segment, whole);
      continue;
    }
    for (const character of segment) {
      const replacement = charsmap(character);
      if (replacement === undefined) results.push({ character, change: 0 });
      else replace(character, replacement);
    }
  }
  return changed ? rewritten(text, results, removedFirst) : text;
}
