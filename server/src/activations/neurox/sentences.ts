/** What both forms of NeuroX's activation files hold: sentences of words, each word with as many layers of the same width. */
import { counted } from '../../protocol/counted';
import { InputError, shown } from '../../protocol/errors';
import type { Place } from '../../protocol/errors';

/** One sentence. Layers lie behind one another in a row, as NeuroX joins them: column = layer × width + unit. */
export interface NeuroxSentence {
  readonly place: Place;
  readonly layers: number;
  readonly width: number;
  readonly tokens: readonly string[];
  /** `tokens.length` rows of `layers × width` values. */
  readonly values: Float32Array;
}

/** Layers and their width, the same everywhere in a file. */
export interface NeuroxShape {
  readonly layers: number;
  readonly width: number;
}

/** What to do about a file that NeuroX did not write, or not to its end. */
export const writtenByNeurox = 'Write the file with NeuroX’s transformers_extractor, and let it come to its end.';

/** Refuses a sentence whose layers differ from those before it. Throws MATRIX_SHAPE. */
export function sameShape(before: NeuroxShape | undefined, { layers, width, place }: NeuroxSentence): void {
  if (!before || (before.layers === layers && before.width === width)) return;
  throw new InputError('MATRIX_SHAPE', place, {
    found: `${counted(layers, 'layer')} of ${width} values`,
    expected: `${counted(before.layers, 'layer')} of ${before.width}, as before it`,
    remedy: 'Extract all sentences from one model with the same layers.',
  });
}

/** A sentence that is not as NeuroX writes it. */
export function malformed(place: Place, found: string, expected: string): InputError {
  return new InputError('MATRIX_FORMAT', place, { found: shown(found, 120), expected, remedy: writtenByNeurox });
}
