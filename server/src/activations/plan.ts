/**
 * From a chunk of sentences to batches of tokens and back to rows. Everything here follows from corpus, tokenizer and
 * options alone, so the same chunk gives the same batches on every machine and after every interruption.
 */
import type { Corpus, Sentence } from '../corpus/corpus';
import type { Tokenizer } from '../corpus/tokenizer';
import { type Problem, refuseAll } from '../protocol/errors';
import type { Chunk } from './chunks';
import type { TokenBatch } from './forward';
import type { Aggregation } from './identity';
import { type Row, type RowTable, rowFlags, rowTable } from './rowTable';
import { type SentenceInput, checkTokenIds, sentenceInput } from './sentenceInput';
import { type Window, mostCentral, windowsOf } from './windows';

export interface PlanOptions {
  readonly aggregation: Aggregation;
  /** Most tokens of one input, special ones included; undefined without limit. */
  readonly maxTokens: number | undefined;
  /** Tokens of one batch, padding included; a longer input is a batch of its own. */
  readonly batchTokens: number;
  /** Rows of the embedding table, against which ids are checked. */
  readonly embeddingRows: number | undefined;
  /** Start token of the decoder's side, which then repeats the sentence behind it. */
  readonly decoderStart: number | undefined;
}

/**
 * Where the rows of a batch come from. Row `rows[i]` of the chunk is the mean of the cells `items[j], positions[j]` for
 * `offsets[i] ≤ j < offsets[i + 1]`: one cell, unless sub-words are averaged. Rows ascend.
 */
export interface RowSources {
  readonly rows: Int32Array;
  readonly offsets: Int32Array;
  readonly items: Int32Array;
  readonly positions: Int32Array;
}

export interface PlannedBatch {
  readonly batch: TokenBatch;
  readonly sources: RowSources;
}

export interface ChunkPlan {
  readonly table: RowTable;
  readonly batches: readonly PlannedBatch[];
}

/** One input of the model, and the cells in it that rows are made of. */
interface Input {
  readonly ids: Int32Array;
  readonly cells: { readonly row: number; readonly positions: readonly number[] }[];
}

/** Plans a chunk. Throws `InputError` MODEL_TOKEN with every id that the model does not have. */
export function planChunk(corpus: Corpus, chunk: Chunk, tokenizer: Tokenizer, options: PlanOptions): ChunkPlan {
  const rows: Row[] = [];
  const inputs: Input[] = [];
  const findings: Problem[] = [];
  for (let s = chunk.from; s < chunk.to; s++) {
    const sentence = corpus.sentences[s] as Sentence;
    const input = sentenceInput(corpus, sentence, tokenizer);
    findings.push(...checkTokenIds(corpus, sentence, input, options.embeddingRows));
    const windows = windowsOf(input.suffix - input.prefix, capacity(input, options));
    const own = windows.map((window): Input => ({ ids: windowIds(input, window), cells: [] }));
    const rowsOf = options.aggregation === 'none' ? tokenRows : wordRows;
    rowsOf({ corpus, sentence, s, input, windows, own, aggregation: options.aggregation }, rows);
    inputs.push(...own.filter(({ cells }) => cells.length > 0));
  }
  refuseAll(findings);
  return {
    table: rowTable(rows),
    batches: batchesOf(inputs, tokenizer.padding.id, options),
  };
}

/** Tokens of a sentence that one input can hold beside the special ones. */
function capacity({ tokens, prefix, suffix }: SentenceInput, { maxTokens, decoderStart }: PlanOptions): number {
  if (maxTokens === undefined) return Infinity;
  const special = prefix + tokens.ids.length - suffix + (decoderStart === undefined ? 0 : 1);
  return Math.max(1, maxTokens - special);
}

function windowIds({ tokens, prefix, suffix }: SentenceInput, { from, to }: Window): Int32Array {
  const { ids } = tokens;
  return Int32Array.from([...ids.subarray(0, prefix), ...ids.subarray(prefix + from, prefix + to), ...ids.subarray(suffix)]);
}

interface SentenceRows {
  readonly corpus: Corpus;
  readonly sentence: Sentence;
  /** Index of the sentence. */
  readonly s: number;
  readonly input: SentenceInput;
  readonly windows: readonly Window[];
  /** The input made of each window, to whose cells the rows are added. */
  readonly own: readonly Input[];
  readonly aggregation: Aggregation;
}

/** A row for every word that has tokens, taken from the window in which it lies most central. */
function wordRows({ corpus, sentence, s, input, windows, own, aggregation }: SentenceRows, rows: Row[]): void {
  const { tokens, prefix, firstToken, lastToken } = input;
  for (let i = 0; i < firstToken.length; i++) {
    const from = firstToken[i] as number;
    const to = lastToken[i] as number;
    if (from === -1) continue;
    const first = aggregation === 'last' ? to : from;
    const last = aggregation === 'first' ? from : to;
    const w = mostCentral(windows, first - prefix, last - prefix);
    const window = windows[w] as Window;
    // A word longer than a window is the mean of what its best window holds of it.
    const held = range(Math.max(first, prefix + window.from), Math.min(last, prefix + window.to - 1));
    const positions = held.map((token) => token - window.from);
    const token = held.at(-1) as number;
    own[w]?.cells.push({ row: rows.length, positions });
    rows.push({
      word: sentence.from + i,
      sentence: s,
      position: token - window.from,
      inputTokens: own[w]?.ids.length ?? 0,
      pieces: to - from + 1,
      token: tokens.ids[token] as number,
      start: corpus.words.start[sentence.from + i] as number,
      end: corpus.words.end[sentence.from + i] as number,
      flags: positions[0] === 0 ? rowFlags.firstPosition : 0,
    });
  }
}

/** A row for every token, special ones included: those before from the first window, those after from the last. */
function tokenRows({ sentence, s, input, windows, own }: SentenceRows, rows: Row[]): void {
  const { tokens, prefix, suffix, firstToken, lastToken } = input;
  let word = 0;
  for (let t = 0; t < tokens.ids.length; t++) {
    while (word < firstToken.length && (lastToken[word] as number) < t) word++;
    const inWord = word < firstToken.length && (firstToken[word] as number) <= t && firstToken[word] !== -1;
    const w = t < prefix ? 0 : t >= suffix ? windows.length - 1 : mostCentral(windows, t - prefix, t - prefix);
    const { from, to } = windows[w] as Window;
    const position = t < prefix ? t : t >= suffix ? prefix + (to - from) + (t - suffix) : t - from;
    own[w]?.cells.push({ row: rows.length, positions: [position] });
    rows.push({
      word: inWord ? sentence.from + word : -1,
      sentence: s,
      position,
      inputTokens: own[w]?.ids.length ?? 0,
      pieces: 1,
      token: tokens.ids[t] as number,
      start: tokens.start[t] as number,
      end: tokens.end[t] as number,
      flags: (position === 0 ? rowFlags.firstPosition : 0) | (tokens.special[t] ? rowFlags.special : 0),
    });
  }
}

/**
 * Longest inputs first, so that the first batch is the one that needs most memory; equal lengths in the order of the text.
 * A batch is filled up to its budget of tokens, padding included.
 */
function batchesOf(inputs: readonly Input[], paddingId: number, options: PlanOptions): PlannedBatch[] {
  const sorted = [...inputs].sort((a, b) => b.ids.length - a.ids.length);
  const batches: PlannedBatch[] = [];
  for (let from = 0; from < sorted.length;) {
    const length = (sorted[from] as Input).ids.length;
    const to = Math.min(sorted.length, from + Math.max(1, Math.floor(options.batchTokens / length)));
    const members = sorted.slice(from, to);
    batches.push({ batch: tokenBatch(members, length, paddingId, options.decoderStart), sources: rowSources(members) });
    from = to;
  }
  return batches;
}

function tokenBatch(inputs: readonly Input[], length: number, paddingId: number, decoderStart: number | undefined): TokenBatch {
  const size = inputs.length;
  const ids = new Int32Array(size * length).fill(paddingId);
  const mask = new Uint8Array(size * length);
  inputs.forEach((input, i) => {
    ids.set(input.ids, i * length);
    mask.fill(1, i * length, i * length + input.ids.length);
  });
  if (decoderStart === undefined) return { size, length, ids, mask };
  // The decoder reads the same sentence one place later: what it computes from a token stands at that token's position + 1.
  const decoder = {
    length: length + 1,
    ids: new Int32Array(size * (length + 1)).fill(paddingId),
    mask: new Uint8Array(size * (length + 1)),
  };
  inputs.forEach((input, i) => {
    const at = i * (length + 1);
    decoder.ids[at] = decoderStart;
    decoder.ids.set(input.ids, at + 1);
    decoder.mask.fill(1, at, at + 1 + input.ids.length);
  });
  return { size, length, ids, mask, decoder };
}

function rowSources(inputs: readonly Input[]): RowSources {
  const cells = inputs.flatMap((input, item) => input.cells.map(({ row, positions }) => ({ row, item, positions })));
  cells.sort((a, b) => a.row - b.row);
  const offsets = new Int32Array(cells.length + 1);
  cells.forEach(({ positions }, i) => (offsets[i + 1] = (offsets[i] as number) + positions.length));
  return {
    rows: Int32Array.from(cells, ({ row }) => row),
    offsets,
    items: Int32Array.from(cells.flatMap(({ item, positions }) => positions.map(() => item))),
    positions: Int32Array.from(cells.flatMap(({ positions }) => positions)),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
