/** Inputs of a model put together into batches, and which cells of a batch the rows of a chunk are made of. */
import type { TokenBatch } from './forward';

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

/** One input of the model and the rows of the chunk that it speaks for. */
export interface PlannedInput {
  readonly ids: Int32Array;
  readonly rows: number[];
}

/** Of every row of a chunk, the first and the last position in its input that it is made of. */
export interface RowSpans {
  readonly first: number[];
  readonly last: number[];
}

export interface BatchOptions {
  /** Tokens of one batch, padding included; a longer input is a batch of its own. */
  readonly batchTokens: number;
  /** Start token of the decoder's side, which then repeats the sentence behind it. */
  readonly decoderStart: number | undefined;
}

/**
 * Longest inputs first, so that the first batch is the one that needs most memory; equal lengths in the order of the text.
 * A batch is filled up to its budget of tokens, padding included.
 */
export function batchesOf(
  inputs: readonly PlannedInput[],
  spans: RowSpans,
  paddingId: number,
  { batchTokens, decoderStart }: BatchOptions,
): PlannedBatch[] {
  const sorted = [...inputs].sort((a, b) => b.ids.length - a.ids.length);
  /** Of every row, which input of its batch it is made from. */
  const items = new Int32Array(spans.first.length);
  const batches: PlannedBatch[] = [];
  for (let from = 0; from < sorted.length;) {
    const length = (sorted[from] as PlannedInput).ids.length;
    const to = Math.min(sorted.length, from + Math.max(1, Math.floor(batchTokens / length)));
    const members = sorted.slice(from, to);
    members.forEach(({ rows }, item) => {
      for (const row of rows) items[row] = item;
    });
    batches.push({ batch: tokenBatch(members, length, paddingId, decoderStart), sources: rowSources(members, items, spans) });
    from = to;
  }
  return batches;
}

function tokenBatch(inputs: readonly PlannedInput[], length: number, paddingId: number, decoderStart: number | undefined): TokenBatch {
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

function rowSources(inputs: readonly PlannedInput[], itemOf: Int32Array, { first, last }: RowSpans): RowSources {
  const rows = new Int32Array(inputs.reduce((sum, input) => sum + input.rows.length, 0));
  let filled = 0;
  for (const input of inputs) for (const row of input.rows) rows[filled++] = row;
  rows.sort();
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    offsets[i + 1] = (offsets[i] as number) + (last[row] as number) - (first[row] as number) + 1;
  }
  const cells = offsets[rows.length] as number;
  const items = new Int32Array(cells);
  const positions = new Int32Array(cells);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    let position = first[row] as number;
    for (let j = offsets[i] as number; j < (offsets[i + 1] as number); j++) {
      items[j] = itemOf[row] as number;
      positions[j] = position++;
    }
  }
  return { rows, offsets, items, positions };
}
