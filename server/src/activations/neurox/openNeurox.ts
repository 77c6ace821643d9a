/** Activations that NeuroX wrote, as a matrix like any other. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFailure } from '../fsPort';
import { makeFolder } from '../makeFolder';
import { NpyWriter } from '../npy';
import { openNpyMatrix } from '../npyMatrix';
import type { NpyMatrix } from '../npyMatrix';
import { temporaryName } from '../owner';
import { hdf5Sentences } from './hdf5';
import { jsonSentences } from './jsonLines';
import type { NeuroxSentence, NeuroxShape } from './sentences';
import { malformed, sameShape } from './sentences';

/** A row a word, a column a neuron: layer × width + unit, as NeuroX numbers them. */
export interface NeuroxActivations extends NeuroxShape {
  readonly matrix: NpyMatrix;
  /** Sentence of each row, from 0. */
  readonly sentences: Int32Array;
  readonly tokens: readonly string[];
}

/** Where the copy of a file may lie, and who may stop the copying. */
export interface CopyOptions {
  readonly cache: string;
  readonly signal: AbortSignal;
}

/**
 * Copies a file of NeuroX to a matrix in the cache, sentence by sentence, so that it is parsed once and never held whole. The
 * copy goes when the matrix is closed, or with the leftovers of a process that was killed. Throws MATRIX_FORMAT,
 * MATRIX_SHAPE, DISK_FULL, OUTPUT_FILE; what `signal` throws between two sentences.
 */
export async function openNeurox(file: string, form: 'json' | 'hdf5', { cache, signal }: CopyOptions): Promise<NeuroxActivations> {
  const copy = temporaryCopy(cache);
  try {
    const copied = await copySentences(form === 'json' ? jsonSentences(file) : hdf5Sentences(file), copy, file, signal);
    const matrix = openNpyMatrix(copy);
    const close = (): void => {
      matrix.close();
      rmSync(copy, { force: true });
    };
    return { ...copied, matrix: { ...matrix, close } };
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  }
}

/** A name in the folder whose temporary files are cleared away when their process is gone. */
function temporaryCopy(cache: string): string {
  const folder = join(cache, 'activations');
  try {
    makeFolder(folder);
  } catch (error) {
    throw writeFailure(error, folder);
  }
  return join(folder, temporaryName());
}

async function copySentences(
  read: AsyncIterable<NeuroxSentence>,
  copy: string,
  file: string,
  signal: AbortSignal,
): Promise<Omit<NeuroxActivations, 'matrix'>> {
  let shape: NeuroxShape | undefined;
  let writer: NpyWriter | undefined;
  const sentences: number[] = [];
  const tokens: string[] = [];
  let number = 0;
  try {
    for await (const sentence of read) {
      signal.throwIfAborted();
      if (sentence.values.length === 0) throw malformed(sentence.place, 'a sentence without values', 'at least one word with its values');
      sameShape(shape, sentence);
      shape ??= { layers: sentence.layers, width: sentence.width };
      writer ??= new NpyWriter(copy, 'f4', [shape.layers * shape.width]);
      writer.append(sentence.values);
      for (const token of sentence.tokens) {
        sentences.push(number);
        tokens.push(token);
      }
      number += 1;
    }
    if (!shape || !writer) throw malformed({ file }, 'no sentence', 'at least one');
    writer.finish();
    return { ...shape, sentences: Int32Array.from(sentences), tokens };
  } catch (error) {
    writer?.close();
    throw writeFailure(error, copy);
  }
}
