/** Opening a file that is called a corpus: what is no text is refused after its first 8 KiB, and nothing can hang. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { InputError } from '../../protocol/errors';
import { counted } from '../../protocol/counted';

/** What is read of a file before anything is decided about it. */
export const headBytes = 8192;

/** An open file that looks like UTF-8 text. Whoever opens it closes it. */
export interface OpenText {
  readonly file: string;
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
  /** The first 8 KiB, with a byte order mark if there is one. */
  readonly head: Uint8Array;
}

/**
 * Opens a corpus file for reading.
 * @throws InputError CORPUS_FILE (missing, folder, pipe, device, no permission, Git LFS pointer), CORPUS_EMPTY,
 * TEXT_ENCODING (UTF-16, UTF-32), TEXT_BINARY (a known binary format).
 */
export async function openText(file: string): Promise<OpenText> {
  // Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: NodeJS.ErrnoException) => {
    throw notOpened(file, cause);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw notAFile(file, stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a pipe' : 'a device');
    const { buffer, bytesRead } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const refusal = bytesRead === 0 ? empty(file) : refuseHead(file, head);
    if (refusal) throw refusal;
    return { file, handle, size: stat.size, head };
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

function notOpened(file: string, cause: NodeJS.ErrnoException): InputError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'no permission to read it',
    EPERM: 'no permission to read it',
    EISDIR: 'a folder',
    ENXIO: 'a device or socket',
    ELOOP: 'a link that leads back to itself',
  };
  return notAFile(file, reasons[cause.code ?? ''] ?? `it cannot be opened (${cause.code ?? 'unknown reason'})`);
}

function notAFile(file: string, found: string): InputError {
  return new InputError('CORPUS_FILE', { file }, { found, expected: 'a readable text file', remedy: 'Check the path.' });
}

function empty(file: string): InputError {
  return new InputError(
    'CORPUS_EMPTY',
    { file },
    { found: 'an empty file (0 bytes)', expected: 'at least one sentence', remedy: 'Choose another file.' },
  );
}

/** First bytes of formats that are handed in by mistake. */
const signatures: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a Parquet table', [0x50, 0x41, 0x52, 0x31]],
  ['an HDF5 file', [0x89, 0x48, 0x44, 0x46]],
  ['a NumPy array', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['an SQLite database', [...Buffer.from('SQLite format 3')]],
];

function refuseHead(file: string, head: Uint8Array): InputError | undefined {
  const encoding = wideEncoding(head);
  if (encoding) {
    return new InputError(
      'TEXT_ENCODING',
      { file, byte: 0 },
      {
        found: `looks like ${encoding.name} (${encoding.sign})`,
        expected: 'UTF-8',
        remedy: `Save it as UTF-8, or run: iconv -f ${encoding.name} -t UTF-8`,
      },
    );
  }
  const binary = signatures.find(([, bytes]) => bytes.every((byte, k) => head[k] === byte));
  if (binary) {
    return new InputError(
      'TEXT_BINARY',
      { file, byte: 0 },
      { found: `looks like ${binary[0]}`, expected: 'UTF-8 text', remedy: 'Unpack or export it as text first.' },
    );
  }
  const zeros = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  // A few zero bytes in a text are listed with their places; this many are no text.
  if (head.length >= 512 && zeros > head.length / 20) {
    return new InputError(
      'TEXT_BINARY',
      { file, byte: head.indexOf(0) },
      { found: `${zeros} zero bytes among the first ${head.length}`, expected: 'UTF-8 text', remedy: 'Check that this is a text file.' },
    );
  }
  const pointer = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?size (\d{1,15})/.exec(Buffer.from(head).toString('latin1'));
  if (pointer) {
    return new InputError(
      'CORPUS_FILE',
      { file },
      {
        found: `a Git LFS pointer to a file of ${counted(Number(pointer[1]), 'byte')}`,
        expected: 'the file itself',
        remedy: 'Fetch the real file: git lfs pull',
      },
    );
  }
  return undefined;
}

/** UTF-16 and UTF-32, by mark or by where their zero bytes stand. */
function wideEncoding(head: Uint8Array): { name: string; sign: string } | undefined {
  const mark = [...head.subarray(0, 4)];
  const starts = (...bytes: number[]) => bytes.every((byte, k) => mark[k] === byte);
  if (starts(0xff, 0xfe, 0, 0)) return { name: 'UTF-32LE', sign: 'byte order mark FF FE 00 00' };
  if (starts(0, 0, 0xfe, 0xff)) return { name: 'UTF-32BE', sign: 'byte order mark 00 00 FE FF' };
  if (starts(0xff, 0xfe)) return { name: 'UTF-16LE', sign: 'byte order mark FF FE' };
  if (starts(0xfe, 0xff)) return { name: 'UTF-16BE', sign: 'byte order mark FE FF' };

  const zeros = [0, 0, 0, 0];
  const quarter = Math.floor(head.length / 4);
  for (let k = 0; k < quarter * 4; k++) if (head[k] === 0) zeros[k % 4] = (zeros[k % 4] ?? 0) + 1;
  const [share0, share1, share2, share3] = zeros.map((count) => count / Math.max(quarter, 1)) as [number, number, number, number];
  const most = 0.7;
  const few = 0.3;
  if (Math.min(share0, share1, share2) > most && share3 < few) return { name: 'UTF-32BE', sign: 'three of four bytes are zero' };
  if (Math.min(share1, share2, share3) > most && share0 < few) return { name: 'UTF-32LE', sign: 'three of four bytes are zero' };
  if (Math.min(share0, share2) > most && Math.max(share1, share3) < few)
    return { name: 'UTF-16BE', sign: 'zero bytes at every other place' };
  if (Math.min(share1, share3) > most && Math.max(share0, share2) < few)
    return { name: 'UTF-16LE', sign: 'zero bytes at every other place' };
  return undefined;
}
