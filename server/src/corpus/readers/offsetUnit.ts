/** Offsets of other programs: Python counts code points, JavaScript and VS Code count UTF-16 units. */

export type OffsetUnit = 'utf16' | 'codepoint';

/**
 * A function from offsets in `unit` to UTF-16 offsets; nothing for what lies outside the text or is no whole number.
 * Asked for infinity it gives the text's length in `unit`.
 */
export function toUtf16(text: string, unit: OffsetUnit): (offset: number) => number | undefined {
  const starts = unit === 'codepoint' && hasAstral(text) ? codePointStarts(text) : undefined;
  const length = starts ? starts.length - 1 : text.length;
  return (offset) => {
    if (offset === Infinity) return length;
    if (!Number.isInteger(offset) || offset < 0 || offset > length) return undefined;
    return starts ? starts[offset] : offset;
  };
}

/** Whether units differ for this text: it has characters outside the basic plane. */
export function hasAstral(text: string): boolean {
  return /[\u{10000}-\u{10ffff}]/u.test(text);
}

/** UTF-16 offset of each code point and, last, of the end. */
function codePointStarts(text: string): number[] {
  const starts = [0];
  for (const character of text) starts.push((starts.at(-1) ?? 0) + character.length);
  return starts;
}
