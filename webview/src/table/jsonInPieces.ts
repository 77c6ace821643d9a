/** Reads JSON as `JSON.parse` does, but in pieces, so that whoever waits for the page is served between two of them. */
import type { Growing } from './growing';
import { GrowingList, GrowingRecord } from './growing';

/** Called between pieces with the share that is done, from 0 to 1; the work goes on when it is fulfilled. */
export type Pause = (share: number) => Promise<void>;

/** A piece takes a few milliseconds. */
const usualPiece = 256 * 1024;
/** Looking for where values end is quicker than reading them. */
const scanned = 1024 * 1024;
/** Nothing of ours nests so deep; what does is no result. */
const deepest = 500;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openList = 0x5b;
const closeList = 0x5d;
const openRecord = 0x7b;
const closeRecord = 0x7d;

/**
 * The value of a UTF-8 text. Lists and records of more than `pieceBytes` are read member by member, what is smaller in one go,
 * so that only a single text or number can be a larger piece. Such a list of numbers and nulls alone comes as a `Float64Array`
 * with NaN for null: millions of numbers as objects would stop the page for as long as it takes to collect garbage among them.
 * @throws SyntaxError or TypeError where the text is no JSON or no UTF-8
 */
export async function parseInPieces(text: Uint8Array, pause: Pause, pieceBytes = usualPiece): Promise<unknown> {
  const bytes = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text;
  const ends = await endsOfLarge(bytes, pieceBytes, pause);
  const reader = new PieceReader(bytes, ends, pause, pieceBytes);
  const start = ends.keys().next().value;
  if (start === undefined) return reader.parse(0, bytes.length);
  // Around the outermost value there may be nothing but space: what stands in its place alone is null.
  reader.expectOnly(start);
  return reader.members(start);
}

/** By the place of its bracket, in the order of the text: where each list or record of more than `pieceBytes` ends, bracket included. */
async function endsOfLarge(bytes: Uint8Array, pieceBytes: number, pause: Pause): Promise<ReadonlyMap<number, number>> {
  const found: [start: number, end: number][] = [];
  const open: number[] = [];
  for (let at = 0, next = scanned; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfText(bytes, at);
    else if (byte === openList || byte === openRecord) {
      if (open.push(at) > deepest) throw new SyntaxError('nested too deep');
    } else if (byte === closeList || byte === closeRecord) {
      const start = open.pop();
      if (start === undefined) throw new SyntaxError('closed more often than opened');
      if (at + 1 - start > pieceBytes) found.push([start, at + 1]);
    }
    if (at >= next) {
      next = at + scanned;
      await pause((0.3 * at) / bytes.length);
    }
  }
  if (open.length > 0) throw new SyntaxError('the end is missing');
  return new Map(found.sort(([a], [b]) => a - b));
}

/** The place of the quote that ends the text that begins at `at`. */
function endOfText(bytes: Uint8Array, at: number): number {
  for (let end = bytes.indexOf(quote, at + 1); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let first = end;
    while (bytes[first - 1] === backslash) first--;
    if ((end - first) % 2 === 0) return end;
  }
  throw new SyntaxError('a text has no end');
}

class PieceReader {
  // A mark of byte order within the text is no space, so it is kept for `JSON.parse` to refuse.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #bytes: Uint8Array;
  readonly #ends: ReadonlyMap<number, number>;
  readonly #pause: Pause;
  readonly #pieceBytes: number;

  constructor(bytes: Uint8Array, ends: ReadonlyMap<number, number>, pause: Pause, pieceBytes: number) {
    this.#bytes = bytes;
    this.#ends = ends;
    this.#pause = pause;
    this.#pieceBytes = pieceBytes;
  }

  parse(from: number, to: number, before = '', after = ''): unknown {
    return JSON.parse(before + this.#text(from, to) + after);
  }

  expectOnly(start: number): void {
    JSON.parse(`${this.#text(0, start)}null${this.#text(this.#end(start), this.#bytes.length)}`);
  }

  /** The large list or record at `start`. */
  async members(start: number): Promise<unknown> {
    const isList = this.#bytes[start] === openList;
    const end = this.#end(start) - 1;
    if (this.#bytes[end] !== (isList ? closeList : closeRecord)) throw new SyntaxError('closed by the bracket of another kind');
    const [before, after] = isList ? ['[', ']'] : ['{', '}'];
    const whole: Growing = isList ? new GrowingList() : new GrowingRecord();
    let piece = start + 1;
    while (piece <= end) {
      const { to, large } = this.#nextPiece(piece, end);
      const isOnly = piece === start + 1 && to === end;
      if (large === null) {
        const part = this.parse(piece, to, before, after) as object;
        // Between two commas, and behind the last, there has to be something.
        if (whole.addAll(part) === 0 && !isOnly) throw new SyntaxError('a comma too many');
      } else {
        const part = this.parse(this.#end(large), to, `${before}${this.#text(piece, large)}null`, after) as object;
        const [key, ...others] = Object.keys(part);
        if (key === undefined || others.length > 0) throw new SyntaxError('a comma too few');
        whole.add(key, await this.members(large));
      }
      piece = to + 1;
      await this.#pause(0.3 + (0.7 * piece) / this.#bytes.length);
    }
    return whole.done();
  }

  /** Up to which comma or end a piece goes that begins at `from`: whole members of some size, or a single one with a large value in it. */
  #nextPiece(from: number, end: number): { to: number; large: number | null } {
    let large: number | null = null;
    let depth = 0;
    let lastComma = -1;
    for (let at = from; at < end; at++) {
      const byte = this.#bytes[at];
      if (byte === quote) at = endOfText(this.#bytes, at);
      else if (byte === comma && depth === 0) {
        if (large !== null || at - from > this.#pieceBytes) return { to: at, large };
        lastComma = at;
      } else if (byte === openList || byte === openRecord) {
        const itsEnd = this.#ends.get(at);
        if (itsEnd === undefined) depth++;
        else if (lastComma >= 0) return { to: lastComma, large: null };
        else if (large !== null) throw new SyntaxError('a comma is missing');
        else {
          large = at;
          at = itsEnd - 1;
        }
      } else if (byte === closeList || byte === closeRecord) depth--;
    }
    return { to: end, large };
  }

  #text(from: number, to: number): string {
    return this.#decoder.decode(this.#bytes.subarray(from, to));
  }

  #end(start: number): number {
    return this.#ends.get(start) ?? this.#bytes.length;
  }
}
