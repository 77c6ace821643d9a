/** NeuroX's `.hdf5` activations: a dataset layers × words × width a sentence, named by its number, and an index of texts. */
import type * as h5wasm from 'h5wasm/node';
import { bytesText } from '../../protocol/counted';
import type { Place } from '../../protocol/errors';
import { InputError } from '../../protocol/errors';
import { decodeFloat16 } from '../float16';
import type { NeuroxSentence } from './sentences';
import { malformed, writtenByNeurox } from './sentences';

/** Of a sentence: 10,000 words of 25 layers of 1,024 in float32. The library can hold twice as much in all. */
const mostBytes = 2 ** 30;

type Library = typeof h5wasm;
type LowLevel = typeof h5wasm.Module;

/**
 * Sentences by number, read one after the other; the file is never in memory as a whole. The library, which is four
 * megabytes, is loaded here. Throws MATRIX_FORMAT and MATRIX_SHAPE with the dataset.
 */
export async function* hdf5Sentences(file: string): AsyncGenerator<NeuroxSentence> {
  const library = await import('h5wasm/node');
  const low = await library.ready;
  // Otherwise the library writes its own account of what went wrong to standard error.
  low.activate_throwing_error_handler();
  const open = opened(library, file);
  try {
    const texts = indexOf(library, open, file);
    for (const [number, text] of texts.entries()) {
      const dataset = open.get(String(number));
      const place = { file, tensor: String(number) };
      if (!(dataset instanceof library.Dataset))
        throw malformed(place, 'no such dataset', `${texts.length} datasets, 0 to ${texts.length - 1}`);
      yield sentenceOf(low, dataset, text, place);
    }
  } finally {
    open.close();
  }
}

function opened(library: Library, file: string): h5wasm.File {
  try {
    return new library.File(file, 'r');
  } catch {
    throw new InputError(
      'MATRIX_FORMAT',
      { file },
      { found: 'an HDF5 file that cannot be opened, such as one that was cut off', expected: 'a whole HDF5 file', remedy: writtenByNeurox },
    );
  }
}

/** The text of every sentence, by number. Python keeps the order of its dictionary; numbers say the same and survive any reader. */
function indexOf(library: Library, open: h5wasm.File, file: string): string[] {
  const place = { file, tensor: 'sentence_to_index' };
  const dataset = open.keys().includes('sentence_to_index') ? open.get('sentence_to_index') : null;
  if (!(dataset instanceof library.Dataset)) throw malformed(place, 'no such dataset', 'the index of sentences that NeuroX writes last');
  const [json] = [read(place, () => dataset.value)].flat();
  const texts: string[] = [];
  const entries = Object.entries(parsedIndex(json, place));
  for (const [text, number] of entries) texts[Number(number)] = text;
  if (entries.length !== texts.length || texts.length === 0)
    throw malformed(place, `${entries.length} sentences, the last of number ${texts.length - 1}`, 'every number from 0 once');
  return texts;
}

function parsedIndex(json: unknown, place: Place): Record<string, unknown> {
  try {
    const index: unknown = JSON.parse(String(json));
    if (typeof index === 'object' && index !== null && !Array.isArray(index)) return index as Record<string, unknown>;
  } catch {
    // said below
  }
  throw malformed(place, 'no JSON object', 'an object of sentence texts and their numbers');
}

function sentenceOf(low: LowLevel, dataset: h5wasm.Dataset, text: string, place: Place): NeuroxSentence {
  const [layers = 0, words = 0, width = 0, ...more] = dataset.shape ?? [];
  if (dataset.shape?.length !== 3 || more.length > 0)
    throw malformed(place, `shape (${dataset.shape?.join(', ') ?? ''})`, 'layers × words × width');
  const stored = valuesOf(low, dataset, place);
  const values = new Float32Array(stored.length);
  for (let layer = 0; layer < layers; layer++) {
    for (let word = 0; word < words; word++) {
      const from = (layer * words + word) * width;
      values.set(stored.subarray(from, from + width), (word * layers + layer) * width);
    }
  }
  return { place, layers, width, tokens: wordsOf(text, words, place), values };
}

/** The words of a sentence, joined by blanks in the index; a sentence that stood there already carries a remark. */
function wordsOf(text: string, count: number, place: Place): string[] {
  const [whole, plain] = [text, text.replace(/ \(Occurrence \d+\)$/, '')].map((form) => form.split(' '));
  const words = [plain, whole].find((form) => form?.length === count);
  if (words) return words;
  throw malformed(place, `${count} rows for ${plain?.length ?? 0} words`, 'a row a word');
}

/** What the library reads; what it says when it cannot is about its own rooms. */
function read<T>(place: Place, from: () => T): T {
  try {
    return from();
  } catch {
    throw malformed(place, 'values that cannot be read, such as a piece that was damaged', 'a whole dataset');
  }
}

/** Elements as they lie in the file. They are read as bytes, because the library has no halves where JavaScript has none (0.10.3, Node 20). */
function valuesOf(low: LowLevel, dataset: h5wasm.Dataset, place: Place): Float32Array | Float64Array {
  const { size, total_size: count, littleEndian, type } = dataset.metadata;
  const isFloat = type === low.H5T_class_t.H5T_FLOAT.value && littleEndian && [2, 4, 8].includes(size);
  if (!isFloat) throw malformed(place, `elements of type ${String(dataset.dtype)}`, 'floats of 2, 4 or 8 bytes, little-endian');
  // A shape is only said, and need not have values in the file.
  if (size * count > mostBytes) throw malformed(place, `${bytesText(size * count)} in one sentence`, `at most ${bytesText(mostBytes)}`);
  const pointer = low._malloc(size * count);
  try {
    read(place, () => low.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(pointer)));
    const { buffer } = low.HEAPU8.slice(pointer, pointer + size * count);
    if (size === 4) return new Float32Array(buffer);
    if (size === 8) return new Float64Array(buffer);
    const halves = new Float32Array(count);
    decodeFloat16(new Uint16Array(buffer), halves);
    return halves;
  } finally {
    low._free(pointer);
  }
}
