/** Strict UTF-8: where bytes stop being text, exactly. The fast path (`isUtf8` of Node) only says whether. */

/** A run of bytes that is no UTF-8: offsets from the start of the given bytes, end exclusive. */
export interface BadBytes {
  readonly from: number;
  readonly to: number;
}

/** Every maximal run of undecodable bytes, in order. */
export function badBytes(bytes: Uint8Array): BadBytes[] {
  const runs: BadBytes[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    const from = at;
    while (at < bytes.length && sequenceLength(bytes, at) === 0) at += 1;
    runs.push({ from, to: at });
  }
  return runs;
}

/** Length of the well-formed sequence at `at` (Unicode 15, table 3-7), 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte excludes overlong forms, surrogates and what lies above U+10FFFF.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < lowest || second > highest) return 0;
  for (let k = 2; k < length; k++) if (((bytes[at + k] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** `C0 AF`: bytes as people read them, at most eight. */
export function hex(bytes: Uint8Array): string {
  const pairs = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return pairs.join(' ') + (bytes.length > 8 ? ' …' : '');
}

/** An encoding of one byte a character: what people call it, and its name for iconv. */
export interface SingleByteEncoding {
  readonly name: 'Latin-1' | 'Windows-1252';
  readonly iconv: string;
}

/**
 * The encoding that the runs of bad bytes of a line read like, if any: in Latin-1 accented letters, or a single sign such as «
 * or °; in Windows-1252 also its dashes, quotation marks and dots, which are controls in Latin-1.
 */
export function singleByteEncoding(runs: readonly Uint8Array[]): SingleByteEncoding | undefined {
  const all = (fits: (byte: number, run: Uint8Array) => boolean): boolean => runs.every((run) => run.every((byte) => fits(byte, run)));
  const isLatin1 = (byte: number, run: Uint8Array): boolean => byte >= (run.length === 1 ? 0xa0 : 0xc0);
  if (all(isLatin1)) return { name: 'Latin-1', iconv: 'ISO-8859-1' };
  const isMark = (byte: number): boolean => byte === 0x85 || (byte >= 0x91 && byte <= 0x97);
  return all((byte, run) => isLatin1(byte, run) || isMark(byte)) ? { name: 'Windows-1252', iconv: 'WINDOWS-1252' } : undefined;
}
