/** What a file that claims to be a model really is, from its first bytes. Nothing is unpacked or unpickled. */
import { counted } from '../protocol/counted';
import { InputError } from '../protocol/errors';
import type { ByteSource } from './bytes';

const exported = 'export the model to ONNX: optimum-cli export onnx --model <name or folder> <output folder>';
const fetched = 'fetch the file again; the address may ask for a login or no longer exist';

interface Disguise {
  readonly found: string;
  readonly remedy: string;
  is(head: Uint8Array, text: string): boolean;
}

const disguises: readonly Disguise[] = [
  { found: 'a web page (HTML), as saved by a failed download', remedy: fetched, is: (_, text) => /^\s*<(!doctype|html|head|body|\?xml|!--)/i.test(text) },
  { found: 'a zip archive, such as a PyTorch checkpoint', remedy: exported, is: starts(0x50, 0x4b, 0x03, 0x04) },
  { found: 'a Python pickle, such as an old PyTorch checkpoint', remedy: exported, is: (head) => head[0] === 0x80 && (head[1] ?? 9) <= 5 && (head[1] ?? 0) >= 2 },
  { found: 'a safetensors file (weights without a graph)', remedy: exported, is: isSafetensors },
  { found: 'a GGUF file', remedy: exported, is: (_, text) => text.startsWith('GGUF') },
  { found: 'a TensorFlow Lite file', remedy: exported, is: (_, text) => text.slice(4, 8) === 'TFL3' },
  { found: 'an HDF5 file', remedy: exported, is: starts(0x89, 0x48, 0x44, 0x46) },
  { found: 'a PNG picture', remedy: fetched, is: starts(0x89, 0x50, 0x4e, 0x47) },
  { found: 'a JPEG picture', remedy: fetched, is: starts(0xff, 0xd8, 0xff) },
  { found: 'a PDF document', remedy: fetched, is: (_, text) => text.startsWith('%PDF') },
  { found: 'a gzip archive', remedy: 'unpack it first', is: starts(0x1f, 0x8b) },
  { found: 'JSON text', remedy: fetched, is: (_, text) => /^\ufeff?\s*[[{]\s*["{}[\]]/.test(text) },
  { found: 'plain text', remedy: fetched, is: (_, text) => text.length >= 8 && /^[\t\n\r\x20-\x7e]*$/.test(text) },
]; // prettier-ignore

/**
 * Refuses files that are certainly no ONNX model: MODEL_EMPTY, MODEL_LFS_POINTER (with the size that the real file should
 * have), MODEL_NOT_ONNX naming what it looks like. Anything else is left to the decoder.
 */
export function sniffModel(source: ByteSource): void {
  const file = source.name;
  if (source.size === 0) {
    throw new InputError(
      'MODEL_EMPTY',
      { file },
      { found: 'an empty file (0 bytes)', expected: 'an ONNX model', remedy: 'fetch or export the file again' },
    );
  }
  const head = source.read(0, Math.min(512, source.size));
  const text = new TextDecoder('latin1').decode(head);
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    const size = /^size (\d{1,15})$/m.exec(text)?.[1];
    throw new InputError(
      'MODEL_LFS_POINTER',
      { file },
      {
        found: 'a Git LFS pointer, not the model itself',
        expected: size ? `the real file of ${counted(Number(size), 'byte')}` : 'the real file',
        remedy: 'run `git lfs pull` in that folder',
      },
    );
  }
  const disguise = disguises.find(({ is }) => is(head, text));
  if (disguise) {
    throw new InputError(
      'MODEL_NOT_ONNX',
      { file },
      {
        found: `looks like ${disguise.found}`,
        expected: 'an ONNX model',
        remedy: disguise.remedy,
      },
    );
  }
}

function starts(...bytes: number[]): Disguise['is'] {
  return (head) => bytes.every((byte, i) => head[i] === byte);
}

/** Eight bytes of length, little endian, then that much JSON. */
function isSafetensors(head: Uint8Array): boolean {
  return head.length > 9 && head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0;
}
