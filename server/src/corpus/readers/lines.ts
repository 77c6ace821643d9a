/**
 * Lines of a text file, block by block, so that a file of any size costs one block. One rule for every format: LF and
 * CRLF end a line; every other separator is a character (and is warned of once). Line numbers are therefore the editor's.
 */
import { isUtf8 } from 'node:buffer';
import { InputError } from '../../protocol/errors';
import { counted } from '../../protocol/counted';
import type { Findings } from './findings';
import { limits } from './limits';
import { OddSeparators } from './oddSeparators';
import type { OpenText } from './sniff';
import { badBytes, hex, singleByteEncoding } from './utf8';

/** One line without its end. A `bad` line was refused (and listed): its text is empty, its number still counts. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly bad: boolean;
  /** False for a last line that no line feed ends. */
  readonly ended: boolean;
}

const blockBytes = 262_144;
const lineFeed = 0x0a;

/** Told of every block: bytes read so far, and all there are. What it throws ends the reading. */
export type OnBlock = (done: number, total: number) => void;

/**
 * Reads an open file to its end and closes it. Lines that are no UTF-8, hold zero bytes or have `limit` bytes or more
 * are put among the errors and come as bad lines.
 * @throws InputError TEXT_SEPARATORS if the file has lone carriage returns and not one line feed.
 */
export async function* lineBlocks(
  source: OpenText,
  findings: Findings,
  { limit = limits.lineBytes, onBlock }: { readonly limit?: number; readonly onBlock?: OnBlock | undefined } = {},
): AsyncGenerator<readonly Line[]> {
  const cutter = new LineCutter(source.file, findings, limit);
  try {
    const block = new Uint8Array(blockBytes);
    for (let position = 0; ;) {
      const { bytesRead } = await source.handle.read(block, 0, blockBytes, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const lines = cutter.push(block.subarray(0, bytesRead));
      if (lines.length > 0) yield lines;
      onBlock?.(position, source.size);
    }
    const last = cutter.end();
    if (last.length > 0) yield last;
  } finally {
    await source.handle.close();
  }
}

/** Turns blocks of bytes into lines. Whole runs of lines are decoded at once; only runs with bad bytes are looked at line by line. */
class LineCutter {
  private readonly file: string;
  private readonly findings: Findings;
  private readonly limit: number;
  private readonly odd: OddSeparators;
  /** Bytes of the line that is still open, in pieces. Emptied, and only counted, once the line is over the limit. */
  private open: Uint8Array[] = [];
  private openBytes = 0;
  private lineNumber = 0;
  /** Offset in the file of the bytes that are cut next; starts after a byte order mark. */
  private byte = 0;
  private started = false;

  constructor(file: string, findings: Findings, limit: number) {
    this.file = file;
    this.findings = findings;
    this.limit = limit;
    this.odd = new OddSeparators();
  }

  push(block: Uint8Array): Line[] {
    let bytes = block;
    if (!this.started) {
      this.started = true;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        this.byte = 3;
        bytes = bytes.subarray(3);
      }
    }
    const lines: Line[] = [];
    const firstEnd = bytes.indexOf(lineFeed);
    if (firstEnd < 0) {
      this.keepOpen(bytes);
      return lines;
    }
    if (this.openBytes >= this.limit) {
      this.keepOpen(bytes.subarray(0, firstEnd));
      lines.push(this.tooLong(this.openBytes, true));
      bytes = bytes.subarray(firstEnd + 1);
      this.byte += 1;
      this.forgetOpen();
    }
    const end = bytes.lastIndexOf(lineFeed) + 1;
    if (end > 0) {
      const whole = Buffer.concat([...this.open, bytes.subarray(0, end)]);
      this.forgetOpen();
      this.cut(whole, lines);
    }
    this.keepOpen(bytes.subarray(end));
    return lines;
  }

  /** The last line, if no line feed ended it. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.openBytes >= this.limit) {
      lines.push(this.tooLong(this.openBytes, false));
    } else if (this.openBytes > 0) {
      const rest = Buffer.concat(this.open);
      if (this.lineNumber === 0) this.refuseCarriageReturns(rest);
      this.cutLine(rest, false, lines);
    }
    this.odd.warn(this.file, this.findings);
    return lines;
  }

  private keepOpen(bytes: Uint8Array): void {
    this.openBytes += bytes.length;
    if (this.openBytes >= this.limit) this.open = [];
    // Copied, because the block is read into again.
    else if (bytes.length > 0) this.open.push(bytes.slice());
  }

  /** Moves on past the open bytes where they were only counted. */
  private forgetOpen(): void {
    if (this.open.length === 0) this.byte += this.openBytes;
    this.open = [];
    this.openBytes = 0;
  }

  /** Lines of a run that ends in a line feed. */
  private cut(run: Buffer, lines: Line[]): void {
    if (run.length >= this.limit || run.includes(0) || !isUtf8(run)) {
      for (let from = 0; from < run.length;) {
        const end = run.indexOf(lineFeed, from);
        this.cutLine(run.subarray(from, end), true, lines);
        this.byte += 1;
        from = end + 1;
      }
      return;
    }
    const texts = run.toString('utf8').split('\n');
    texts.pop();
    for (const text of texts) lines.push(this.good(text, true));
    this.byte += run.length;
  }

  private cutLine(bytes: Buffer, ended: boolean, lines: Line[]): void {
    if (bytes.length >= this.limit) lines.push(this.tooLong(bytes.length, ended));
    else if (!isUtf8(bytes)) lines.push(this.notUtf8(bytes, ended));
    else if (bytes.includes(0)) lines.push(this.zeroBytes(bytes, ended));
    else lines.push(this.good(bytes.toString('utf8'), ended));
    this.byte += bytes.length;
  }

  private good(text: string, ended: boolean): Line {
    this.lineNumber += 1;
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    this.odd.look(line, this.lineNumber);
    return { number: this.lineNumber, text: line, bad: false, ended };
  }

  private bad(ended: boolean): Line {
    return { number: this.lineNumber, text: '', bad: true, ended };
  }

  private tooLong(bytes: number, ended: boolean): Line {
    this.lineNumber += 1;
    this.findings.error(
      'LINE_TOO_LONG',
      { file: this.file, line: this.lineNumber },
      {
        found: `line ${this.lineNumber} has ${counted(bytes, 'byte')}`,
        expected: `fewer than ${counted(this.limit, 'byte')}`,
        remedy: 'Break it into sentences, or leave it out with --skip-invalid.',
      },
    );
    return this.bad(ended);
  }

  private notUtf8(bytes: Buffer, ended: boolean): Line {
    this.lineNumber += 1;
    const runs = badBytes(bytes);
    const guess = singleByteEncoding(runs.map(({ from, to }) => bytes.subarray(from, to)));
    for (const { from, to } of runs) {
      this.findings.error(
        'TEXT_ENCODING',
        { file: this.file, line: this.lineNumber, column: bytes.toString('utf8', 0, from).length + 1, byte: this.byte + from },
        {
          found: `${to - from === 1 ? 'a byte that is' : 'bytes that are'} not UTF-8: ${hex(bytes.subarray(from, to))}${guess ? `; looks like ${guess.name}` : ''}`,
          expected: 'UTF-8',
          remedy: guess
            ? `Save the file as UTF-8, or run: iconv -f ${guess.iconv} -t UTF-8`
            : 'Correct these bytes and save the file as UTF-8.',
        },
      );
    }
    return this.bad(ended);
  }

  private zeroBytes(bytes: Buffer, ended: boolean): Line {
    this.lineNumber += 1;
    const first = bytes.indexOf(0);
    let count = 0;
    for (const byte of bytes) if (byte === 0) count += 1;
    this.findings.error(
      'TEXT_BINARY',
      { file: this.file, line: this.lineNumber, column: bytes.toString('utf8', 0, first).length + 1, byte: this.byte + first },
      {
        found: `${counted(count, 'zero byte')} in this line`,
        expected: 'text',
        remedy: 'Remove them, or check that this is a text file.',
      },
    );
    return this.bad(ended);
  }

  private refuseCarriageReturns(bytes: Buffer): void {
    const inner = bytes.indexOf(0x0d);
    if (inner < 0 || inner === bytes.length - 1) return;
    let count = 0;
    for (const byte of bytes) if (byte === 0x0d) count += 1;
    throw new InputError(
      'TEXT_SEPARATORS',
      { file: this.file, line: 1 },
      {
        found: `no line feed, ${counted(count, 'lone carriage return')}`,
        expected: 'lines that end in LF or CRLF',
        remedy: "Convert the line ends, as in: tr '\\r' '\\n' < old > new",
      },
    );
  }
}
