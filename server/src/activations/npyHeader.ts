/** The header of a `.npy` file (NumPy format versions 1–3): written for ours, read with suspicion for anybody's. */
import { InputError, shown } from '../protocol/errors';

/** Element types we read: NumPy's kind letter and size in bytes. `b1` is bool. */
const npyKinds = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'] as const;
export type NpyKind = (typeof npyKinds)[number];

export interface NpyHeader {
  readonly kind: NpyKind;
  readonly bigEndian: boolean;
  /** First index fastest (column after column) instead of last. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Byte at which the values begin. */
  readonly dataStart: number;
}

/** Size of one element in bytes. */
export function itemSize(kind: NpyKind): number {
  return Number(kind[1]);
}

/** Number of elements of a shape; 1 for the empty shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

const magic = '\x93NUMPY';
const longestHeader = 0x10000;
/** Every header we write takes so many bytes, so that a row count can be patched in place when the rows are known. */
export const ourHeaderBytes = 128;

/** The 128 bytes that begin a version 1.0 file, little-endian. */
export function npyHeaderBytes(kind: NpyKind, shape: readonly number[], fortran = false): Uint8Array {
  const order = itemSize(kind) === 1 ? '|' : '<';
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${order}${kind}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${tuple}), }`;
  const bytes = Buffer.alloc(ourHeaderBytes, ' ');
  bytes.write(magic, 0, 'latin1');
  bytes.set([1, 0], 6);
  bytes.writeUInt16LE(ourHeaderBytes - 10, 8);
  bytes.write(dictionary, 10, 'latin1');
  bytes.write('\n', ourHeaderBytes - 1, 'latin1');
  return bytes;
}

/**
 * Reads a header from the first bytes of a file (64 KB are enough for any that we accept). `fileBytes` is the size of the
 * whole file: a shape that promises more than it holds is refused before anything is allocated.
 * Throws `InputError` MATRIX_FORMAT with the byte.
 */
export function parseNpyHeader(start: Uint8Array, fileBytes: number, file: string): NpyHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const refuse = (byte: number, found: string, expected: string): never => {
    throw new InputError('MATRIX_FORMAT', { file, byte }, { found, expected, remedy: 'Save the matrix with numpy.save.' });
  };
  if (bytes.toString('latin1', 0, 6) !== magic) {
    refuse(0, `begins with "${shown(bytes.toString('latin1', 0, 6))}"`, 'a .npy file, which begins with "\\x93NUMPY"');
  }
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) refuse(6, `version ${bytes[6] ?? 'missing'}`, 'version 1, 2 or 3');
  const lengthBytes = major === 1 ? 2 : 4;
  if (bytes.length < 8 + lengthBytes) refuse(bytes.length, 'the file ends within its header', 'a header length');
  const length = bytes.readUIntLE(8, lengthBytes);
  const dataStart = 8 + lengthBytes + length;
  if (length > longestHeader) refuse(8, `a header of ${length} bytes`, `at most ${longestHeader} bytes`);
  if (dataStart > bytes.length) refuse(bytes.length, 'the file ends within its header', `a header of ${length} bytes`);
  const text = bytes.toString(major === 3 ? 'utf8' : 'latin1', 8 + lengthBytes, dataStart);
  const fields = parseDictionary(text, (at, found, expected) => refuse(8 + lengthBytes + at, found, expected));

  const [order, kind] = [fields.descr[0], fields.descr.slice(1)];
  if (!npyKinds.includes(kind as NpyKind) || !order || !'<>|='.includes(order)) {
    refuse(8 + lengthBytes, `elements of type "${shown(fields.descr, 40)}"`, `numbers: ${npyKinds.join(', ')}`);
  }
  const header = { kind: kind as NpyKind, bigEndian: order === '>', fortran: fields.fortran, shape: fields.shape, dataStart };
  const needed = elements(header.shape) * itemSize(header.kind);
  if (!Number.isSafeInteger(needed)) refuse(8 + lengthBytes, `shape (${header.shape.join(', ')})`, 'a shape that can exist');
  if (dataStart + needed > fileBytes) {
    refuse(fileBytes, `the file ends after ${fileBytes} bytes`, `${dataStart + needed} bytes for shape (${header.shape.join(', ')})`);
  }
  return header;
}

interface Fields {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** Reads the Python dictionary of a header: exactly the three keys, in any order, plain literals only. */
function parseDictionary(text: string, refuse: (at: number, found: string, expected: string) => never): Fields {
  const entry = /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\s,L]*)\))\s*(,|(?=\}))/y;
  let at = text.length - text.trimStart().length;
  if (text[at] !== '{') refuse(at, `"${shown(text.slice(at, at + 20))}"`, 'a dictionary');
  at++;
  let descr: string | undefined;
  let fortran: boolean | undefined;
  let shape: number[] | undefined;
  for (;;) {
    entry.lastIndex = at;
    const match = entry.exec(text);
    if (!match) break;
    const [, , key, , string, bool, tuple] = match;
    if (key === 'descr' && string !== undefined && descr === undefined) descr = string;
    else if (key === 'fortran_order' && bool !== undefined && fortran === undefined) fortran = bool === 'True';
    else if (key === 'shape' && tuple !== undefined && shape === undefined) shape = parseTuple(tuple);
    else refuse(at, `"${shown(match[0], 60)}"`, `one plain value for "${key}"`);
    at = entry.lastIndex;
  }
  if (!/^\s*\}\s*$/.test(text.slice(at)))
    refuse(at, `"${shown(text.slice(at), 60)}"`, "the keys 'descr', 'fortran_order' and 'shape' only");
  if (descr === undefined || fortran === undefined || shape === undefined) {
    return refuse(at, 'a key is missing', "the keys 'descr', 'fortran_order' and 'shape'");
  }
  if (!shape.every(Number.isSafeInteger)) refuse(at, 'a shape that is not whole numbers', 'a tuple such as (3, 4)');
  return { descr, fortran, shape };
}

/** `3, 4` or `3,`; files of Python 2 write `3L`. Anything else gives NaN, which the caller refuses. */
function parseTuple(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => (/^\d+L?$/.test(part) ? Number(part.replace('L', '')) : NaN));
}
