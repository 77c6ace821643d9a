/** Vectors of words, which say what words are near each other: from a file, or from the model's own input embeddings. */
import { wordText } from '../corpus/corpus';
import type { Corpus } from '../corpus/corpus';
import { Findings } from '../corpus/readers/findings';
import { lineBlocks } from '../corpus/readers/lines';
import { openText } from '../corpus/readers/sniff';
import { InputError, refuseAll, shown } from '../protocol/errors';
import { counted, countText } from '../protocol/counted';
import { obtainActivations } from './activations';
import type { OpenModel } from './openModel';
import type { JobContext } from './serve';

export type WordVectors = ReadonlyMap<string, ArrayLike<number>>;

/** Vectors of some words, and what a person must know of them. */
export interface FoundVectors {
  readonly vectors: WordVectors;
  readonly notes: readonly string[];
}

/**
 * Vectors of words as GloVe and word2vec write them in text: a word and its numbers a line, perhaps below a line with how many
 * there are. The first line of a word counts. Throws MATRIX_FORMAT for lines with other than so many numbers, and what opening
 * a text throws.
 */
export async function vectorsInFile(file: string, wanted: ReadonlySet<string>, signal: AbortSignal): Promise<FoundVectors> {
  const findings = new Findings();
  const vectors = new Map<string, Float64Array>();
  let width = -1;
  for await (const lines of lineBlocks(await openText(file), findings)) {
    signal.throwIfAborted();
    for (const { number, text } of lines) {
      const cells = text.trimEnd().split(/[ \t]/);
      if (number === 1 && cells.length === 2) continue;
      if (width < 0) width = cells.length - 1;
      // Words of some files hold spaces; the numbers are what stands last.
      const word = cells.slice(0, -width).join(' ');
      if (!wanted.has(word) || vectors.has(word)) continue;
      const values = Float64Array.from(cells.slice(-width), (cell) => (cell === '' ? Number.NaN : Number(cell)));
      if (values.length < 1 || !values.every(Number.isFinite)) throw notNumbers({ file, line: number }, text, width);
      vectors.set(word, values);
    }
  }
  const [first, ...others] = findings.listed('errors');
  if (first) refuseAll([first, ...others]);
  return { vectors, notes: missing(vectors, wanted, file) };
}

function notNumbers(place: { file: string; line: number }, text: string, width: number): InputError {
  return new InputError('MATRIX_FORMAT', place, {
    found: shown(text, 60),
    expected: `a word and ${counted(Math.max(1, width), 'number')}, as on the first line`,
    remedy: 'give word vectors as text, a word a line, as GloVe writes them',
  });
}

function missing(vectors: WordVectors, wanted: ReadonlySet<string>, file: string): string[] {
  const without = wanted.size - vectors.size;
  return without > 0 ? [`neighbors: ${countText(without)} of ${counted(wanted.size, 'word')} have no vector in ${shown(file, 200)}`] : [];
}

/**
 * The model's own: the mean of its input embeddings over the places of a word, less the mean of all these, which takes away
 * what all words share, positions above all. None where the graph shows no input embeddings.
 */
export async function vectorsOfModel(
  model: OpenModel,
  corpus: Corpus,
  wanted: ReadonlySet<string>,
  options: { readonly cache: string },
  context: JobContext,
): Promise<FoundVectors> {
  const embedding = model.taps.find(({ point }) => point.tap === 'hidden' && point.layer === 0 && point.stack !== 'dec');
  if (!embedding) return { vectors: new Map(), notes: ['neighbors: the model shows no input embeddings, so that no words are near each other; --vectors FILE gives some'] }; // prettier-ignore
  const spec = { taps: ['hidden'] as const, layers: [{ from: 0, to: 0 }], words: 'average', dtype: 'f16' } as const;
  const { run } = await obtainActivations(model, corpus, spec, options, context);
  const sums = new Map<string, { readonly sum: Float64Array; rows: number }>();
  const matrix = run.matrix(embedding.point);
  for await (const { from, rows, values } of matrix.blocks()) {
    context.signal.throwIfAborted();
    for (let r = 0; r < rows; r++) {
      const place = run.table.word[from + r] ?? -1;
      const word = place < 0 ? '' : wordText(corpus, place).toLowerCase();
      if (!wanted.has(word)) continue;
      const known = sums.get(word) ?? { sum: new Float64Array(matrix.columns), rows: 0 };
      for (let c = 0; c < matrix.columns; c++) known.sum[c] = (known.sum[c] ?? 0) + (values[r * matrix.columns + c] ?? 0);
      known.rows++;
      sums.set(word, known);
    }
  }
  return { vectors: centred(new Map(Array.from(sums, ([word, { sum, rows }]) => [word, sum.map((x) => x / rows)]))), notes: [] };
}

function centred(vectors: ReadonlyMap<string, Float64Array>): WordVectors {
  const width = vectors.values().next().value?.length ?? 0;
  const mean = new Float64Array(width);
  for (const vector of vectors.values()) vector.forEach((x, c) => (mean[c] = (mean[c] ?? 0) + x / vectors.size));
  return new Map(Array.from(vectors, ([word, vector]) => [word, vector.map((x, c) => x - (mean[c] ?? 0))]));
}
