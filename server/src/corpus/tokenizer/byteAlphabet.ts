/** GPT-2's alphabet: a printable character for every byte, so that byte sequences can be written as text. */
import { Rewriting } from './alignedText';
import type { AlignedText } from './alignedText';

const printable = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

/** Character of each byte: itself where printable, else the next from U+0100 on (a blank is `Ġ`). */
const byteCharacters: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();

/** The character that stands for a blank. */
export const byteBlank = byteCharacters[0x20] ?? '';

const bytesOf = new Map<string, string>();
const encoder = new TextEncoder();

/** A character's UTF-8 bytes in that alphabet. A lone half of a surrogate pair is U+FFFD, as in any conversion to UTF-8. */
function inByteAlphabet(character: string): string {
  let bytes = bytesOf.get(character);
  if (bytes === undefined) {
    bytes = Array.from(encoder.encode(character), (byte) => byteCharacters[byte]).join('');
    bytesOf.set(character, bytes);
  }
  return bytes;
}

const byteOf = new Map(byteCharacters.map((character, byte) => [character, byte]));

const onlyPrintable = /^[\u0021-\u007e]*$/;
const printableAndBlanks = /^[\u0020-\u007e]*$/;

/** The text in the byte alphabet; all bytes of a character share its span. */
export function asBytes(text: AlignedText): AlignedText {
  if (onlyPrintable.test(text.text)) return text;
  if (printableAndBlanks.test(text.text)) return text.relabelled(text.text.replaceAll(' ', byteBlank));
  const rewriting = new Rewriting(text);
  for (const character of text.text) {
    const bytes = inByteAlphabet(character);
    for (let i = 0; i < bytes.length; i++) {
      if (i === 0) rewriting.put(bytes.charAt(i));
      else rewriting.add(bytes.charAt(i));
    }
  }
  return rewriting.done();
}

/** The text whose UTF-8 bytes the pieces write in that alphabet; a piece with other characters stands for itself. */
export function bytesOfPieces(pieces: readonly string[]): string {
  const bytes = pieces.flatMap((piece) => {
    const own = [...piece].map((character) => byteOf.get(character));
    return own.every((byte) => byte !== undefined) ? own : [...encoder.encode(piece)];
  });
  return Buffer.from(bytes).toString('utf8');
}
