/** From tokens back to text: the `decoder` of tokenizer.json, for what models write. */
import { bytesOfPieces } from './byteAlphabet';
import type { Part } from './description';

/** The text that pieces stand for. Incomplete characters at the end come as U+FFFD. */
export type Decode = (pieces: readonly string[]) => string;

type Step = (pieces: readonly string[]) => readonly string[];

/** Reads the decoder; without one, pieces are joined by blanks, as the tokenizers library does. */
export function readDecoder(part: Part): Decode {
  if (part.absent) return (pieces) => pieces.join(' ');
  const step = readStep(part);
  return (pieces) => step(pieces).join('');
}

function readStep(part: Part): Step {
  switch (part.type) {
    case 'Sequence': {
      const steps = part.items('decoders').map(readStep);
      return (pieces) => steps.reduce<readonly string[]>((current, step) => step(current), pieces);
    }
    case 'ByteLevel':
      return (pieces) => [bytesOfPieces(pieces)];
    case 'WordPiece':
      return wordPieces(part.text('prefix', '##'), part.flag('cleanup', true));
    case 'Metaspace':
      return metaspace(
        part.text('replacement', '\u2581'),
        part.text('prepend_scheme', 'always') !== 'never' && part.flag('add_prefix_space', true),
      );
    case 'BPEDecoder': {
      const suffix = part.text('suffix', '</w>');
      return (pieces) => pieces.map((piece, i) => piece.replaceAll(suffix, i === pieces.length - 1 ? '' : ' '));
    }
    case 'Replace':
      return replaced(part);
    case 'ByteFallback':
      return byteFallback;
    case 'Fuse':
      return (pieces) => [pieces.join('')];
    case 'Strip':
      return stripped(part.text('content', ' '), part.count('start', 0), part.count('stop', 0));
    default:
      part.unsupported(`the decoder "${part.type}"`, 'one that turns pieces of text models into text');
      return (pieces) => pieces;
  }
}

function wordPieces(prefix: string, cleanup: boolean): Step {
  return (pieces) =>
    pieces.map((piece, i) => {
      const joined = i === 0 ? piece : piece.startsWith(prefix) ? piece.slice(prefix.length) : ` ${piece}`;
      return cleanup ? cleaned(joined) : joined;
    });
}

/** Blanks before punctuation and clitics go, in the order of the tokenizers library. */
function cleaned(text: string): string {
  const pairs = [[' .', '.'], [' ?', '?'], [' !', '!'], [' ,', ','], [" ' ", "'"], [" n't", "n't"], [" 'm", "'m"], [" do not", " don't"], [" 's", "'s"], [" 've", "'ve"], [" 're", "'re"]] as const; // prettier-ignore
  return pairs.reduce((current, [from, to]) => current.replaceAll(from, to), text);
}

function metaspace(replacement: string, prefixed: boolean): Step {
  return (pieces) =>
    pieces.map((piece, i) => {
      const text = piece.replaceAll(replacement, ' ');
      return i === 0 && prefixed && text.startsWith(' ') ? text.slice(1) : text;
    });
}

function replaced(part: Part): Step {
  const pattern = part.get('pattern');
  if (!pattern.has('String')) {
    part.unsupported('a decoder that replaces a regular expression', 'one that replaces a text');
    return (pieces) => pieces;
  }
  const [from, to] = [pattern.text('String', ''), part.text('content', '')];
  return (pieces) => pieces.map((piece) => piece.replaceAll(from, to));
}

const bytePiece = /^<0x([0-9A-Fa-f]{2})>$/;

/** Runs of pieces such as `<0xE2>` are bytes of UTF-8; a run that is none becomes one U+FFFD a byte. */
function byteFallback(pieces: readonly string[]): readonly string[] {
  const result: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length === 0) return;
    const text = Buffer.from(bytes).toString('utf8');
    result.push(Buffer.from(text).equals(Buffer.from(bytes)) ? text : '\ufffd'.repeat(bytes.length));
    bytes = [];
  };
  for (const piece of pieces) {
    const byte = bytePiece.exec(piece)?.[1];
    if (byte !== undefined) bytes.push(parseInt(byte, 16));
    else {
      flush();
      result.push(piece);
    }
  }
  flush();
  return result;
}

function stripped(content: string, start: number, stop: number): Step {
  return (pieces) =>
    pieces.map((piece) => {
      let [from, to] = [0, piece.length];
      while (from < Math.min(start, piece.length) && piece[from] === content) from++;
      while (to > Math.max(from, piece.length - stop) && piece[to - 1] === content) to--;
      return piece.slice(from, to);
    });
}
