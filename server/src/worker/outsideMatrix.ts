/** The file that `--activations` names, told by its content: a `.npy` array, or activations that NeuroX wrote. */
import { closeSync, openSync, readSync } from 'node:fs';
import { openNeurox } from '../activations/neurox/openNeurox';
import type { CopyOptions } from '../activations/neurox/openNeurox';
import { openNpyMatrix } from '../activations/npyMatrix';
import type { NpyMatrix } from '../activations/npyMatrix';
import { counted } from '../protocol/counted';

/** Rows × neurons, with what the file says about its rows. The caller closes the matrix. */
export interface OutsideMatrix {
  readonly matrix: NpyMatrix;
  /** Sentence of each row, from 0. */
  readonly sentences: Int32Array | undefined;
  /** Word of each row. */
  readonly tokens: readonly string[] | undefined;
  readonly notes: readonly string[];
}

/** Opens a file of any form. Throws MATRIX_FORMAT, MATRIX_SHAPE, DISK_FULL, OUTPUT_FILE. */
export async function openOutsideMatrix(file: string, options: CopyOptions): Promise<OutsideMatrix> {
  const form = formOf(file);
  if (form === 'npy') return { matrix: openNpyMatrix(file), sentences: undefined, tokens: undefined, notes: [] };
  const { matrix, sentences, tokens, layers, width } = await openNeurox(file, form, options);
  const note = `activations of NeuroX: ${counted(layers, 'layer')} of ${width}, column = layer × ${width} + unit, layers from 0 as in the file`;
  return { matrix, sentences, tokens, notes: [note] };
}

/** What a file is by its first byte; whatever is neither of NeuroX's forms is taken for an array, and refused as one. */
function formOf(file: string): 'npy' | 'json' | 'hdf5' {
  const start = Buffer.alloc(8);
  try {
    const handle = openSync(file, 'r');
    readSync(handle, start, 0, start.length, 0);
    closeSync(handle);
  } catch {
    return 'npy';
  }
  if (start.equals(Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'))) return 'hdf5';
  return start[0] === '{'.charCodeAt(0) ? 'json' : 'npy';
}
