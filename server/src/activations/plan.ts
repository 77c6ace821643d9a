/**
 * From a chunk of sentences to batches of tokens and back to rows. Everything here follows from corpus, tokenizer and
 * options alone, so the same chunk gives the same batches on every machine and after every interruption.
 */
import type { Corpus, Sentence } from '../corpus/corpus';
import type { Tokenizer } from '../corpus/tokenizer';
import { type Problem, refuseAll } from '../protocol/errors';
import { type BatchOptions, type PlannedBatch, type PlannedInput, type RowSpans, batchesOf } from './batches';
import type { Chunk } from './chunks';
import type { Aggregation } from './identity';
import { type RowTable, RowTableBuilder, rowFlags } from './rowTable';
import { type SentenceInput, checkTokenIds, sentenceInput } from './sentenceInput';
import { type Window, mostCentral, windowsOf } from './windows';

export interface PlanOptions extends BatchOptions {
  readonly aggregation: Aggregation;
  /** Most tokens of one input, special ones included; undefined without limit. */
  readonly maxTokens: number | undefined;
  /** Rows of the embedding table, against which ids are checked. */
  readonly embeddingRows: number | undefined;
}

export interface ChunkPlan {
  readonly table: RowTable;
  readonly batches: readonly PlannedBatch[];
}

/** Most tokens of one input: the stricter of what the graph and the tokenizer allow; undefined where neither sets a limit. */
export function windowTokens({
  maxTokens,
  tokenizer,
}: {
  readonly maxTokens: number | undefined;
  readonly tokenizer: Pick<Tokenizer, 'maxLength'>;
}): number | undefined {
  const limits = [maxTokens, tokenizer.maxLength].filter((limit) => limit !== undefined);
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

/** What is gathered sentence by sentence: the chunk's rows and where in their inputs they come from. */
interface Rows extends RowSpans {
  readonly table: RowTableBuilder;
}

/** Plans a chunk. Throws `InputError` MODEL_TOKEN with every id that the model does not have. */
export function planChunk(corpus: Corpus, chunk: Chunk, tokenizer: Tokenizer, options: PlanOptions): ChunkPlan {
  const rows: Rows = { table: new RowTableBuilder(), first: [], last: [] };
  const inputs: PlannedInput[] = [];
  const findings: Problem[] = [];
  const rowsOf = options.aggregation === 'none' ? tokenRows : wordRows;
  for (let s = chunk.from; s < chunk.to; s++) {
    const sentence = corpus.sentences[s] as Sentence;
    const input = sentenceInput(corpus, sentence, tokenizer);
    findings.push(...checkTokenIds(corpus, sentence, input, options.embeddingRows));
    const windows = windowsOf(input.suffix - input.prefix, capacity(input, options));
    const own = windows.map((window): PlannedInput => ({ ids: windowIds(input, window), rows: [] }));
    rowsOf({ corpus, sentence, s, input, windows, own, aggregation: options.aggregation }, rows);
    for (const each of own) if (each.rows.length > 0) inputs.push(each);
  }
  refuseAll(findings);
  return { table: rows.table.table(), batches: batchesOf(inputs, rows, tokenizer.padding.id, options) };
}

/** Tokens of a sentence that one input can hold beside the special ones. */
function capacity({ tokens, prefix, suffix }: SentenceInput, { maxTokens, decoderStart }: PlanOptions): number {
  if (maxTokens === undefined) return Infinity;
  const special = prefix + tokens.ids.length - suffix + (decoderStart === undefined ? 0 : 1);
  return Math.max(1, maxTokens - special);
}

function windowIds({ tokens: { ids }, prefix, suffix }: SentenceInput, { from, to }: Window): Int32Array {
  if (from === 0 && to === suffix - prefix) return ids;
  return Int32Array.from([...ids.subarray(0, prefix), ...ids.subarray(prefix + from, prefix + to), ...ids.subarray(suffix)]);
}

interface SentenceRows {
  readonly corpus: Corpus;
  readonly sentence: Sentence;
  /** Index of the sentence. */
  readonly s: number;
  readonly input: SentenceInput;
  readonly windows: readonly Window[];
  /** The input made of each window, which is told its rows. */
  readonly own: readonly PlannedInput[];
  readonly aggregation: Aggregation;
}

/** A row for every word that has tokens, taken from the window in which it lies most central. */
function wordRows({ corpus, sentence, s, input, windows, own, aggregation }: SentenceRows, rows: Rows): void {
  const { tokens, prefix, firstToken, lastToken } = input;
  for (let i = 0; i < firstToken.length; i++) {
    const from = firstToken[i] as number;
    const to = lastToken[i] as number;
    if (from === -1) continue;
    const first = aggregation === 'last' ? to : from;
    const last = aggregation === 'first' ? from : to;
    const w = mostCentral(windows, first - prefix, last - prefix);
    const window = windows[w] as Window;
    const its = own[w] as PlannedInput;
    // A word longer than a window is the mean of what its best window holds of it.
    const firstHeld = Math.max(first, prefix + window.from);
    const lastHeld = Math.min(last, prefix + window.to - 1);
    its.rows.push(rows.table.rows);
    rows.first.push(firstHeld - window.from);
    rows.last.push(lastHeld - window.from);
    rows.table.add({
      word: sentence.from + i,
      sentence: s,
      position: lastHeld - window.from,
      inputTokens: its.ids.length,
      pieces: to - from + 1,
      token: tokens.ids[lastHeld] as number,
      start: corpus.words.start[sentence.from + i] as number,
      end: corpus.words.end[sentence.from + i] as number,
      flags: firstHeld === window.from ? rowFlags.firstPosition : 0,
    });
  }
}

/** A row for every token, special ones included: those before from the first window, those after from the last. */
function tokenRows({ sentence, s, input, windows, own }: SentenceRows, rows: Rows): void {
  const { tokens, prefix, suffix, firstToken, lastToken } = input;
  let word = 0;
  for (let t = 0; t < tokens.ids.length; t++) {
    while (word < firstToken.length && (lastToken[word] as number) < t) word++;
    const inWord = word < firstToken.length && (firstToken[word] as number) <= t && firstToken[word] !== -1;
    const w = t < prefix ? 0 : t >= suffix ? windows.length - 1 : mostCentral(windows, t - prefix, t - prefix);
    const { from, to } = windows[w] as Window;
    const its = own[w] as PlannedInput;
    const position = t < prefix ? t : t >= suffix ? prefix + (to - from) + (t - suffix) : t - from;
    its.rows.push(rows.table.rows);
    rows.first.push(position);
    rows.last.push(position);
    rows.table.add({
      word: inWord ? sentence.from + word : -1,
      sentence: s,
      position,
      inputTokens: its.ids.length,
      pieces: 1,
      token: tokens.ids[t] as number,
      start: tokens.start[t] as number,
      end: tokens.end[t] as number,
      flags: (position === 0 ? rowFlags.firstPosition : 0) | (tokens.special[t] ? rowFlags.special : 0),
    });
  }
}
