/** Token rows cut into groups, filled up to fixed sizes, and checked against what the model knows. */
import { problem, refuseAll } from '../protocol/errors';
import type { Fetched } from './session';
import type { TokenRows } from './feeds';

/** Token rows of a model, and those of its decoder where it has one. */
export interface TokenBatch extends TokenRows {
  readonly decoder?: { readonly length: number; readonly ids: Int32Array; readonly mask: Uint8Array };
}

/**
 * The rows filled up with padding on the right to a length, and with copies of the first row to a number of rows: rows of
 * padding alone would be NaN, and NaN in one row spoils the scales of dynamically quantised models for all.
 */
export function filled(rows: TokenRows, size: number, length: number): TokenRows {
  if (rows.size === size && rows.length === length) return rows;
  const ids = new Int32Array(size * length);
  const mask = new Uint8Array(size * length);
  for (let row = 0; row < size; row++) {
    const from = (row < rows.size ? row : 0) * rows.length;
    ids.set(rows.ids.subarray(from, from + rows.length), row * length);
    mask.set(rows.mask.subarray(from, from + rows.length), row * length);
  }
  return { size, length, ids, mask };
}

/** The rows from `from` on, at most `count` of them. */
export function slicedRows(batch: TokenBatch, from: number, count: number): TokenBatch {
  const to = Math.min(batch.size, from + count);
  const cut = <A extends Int32Array | Uint8Array>(cells: A, length: number) => cells.subarray(from * length, to * length) as A;
  const { length, ids, mask, decoder } = batch;
  return {
    size: to - from,
    length,
    ids: cut(ids, length),
    mask: cut(mask, length),
    ...(decoder && { decoder: { length: decoder.length, ids: cut(decoder.ids, decoder.length), mask: cut(decoder.mask, decoder.length) } }),
  };
}

/** Sizes of rows, as asked for or as filled up. */
type Sizes = Pick<TokenRows, 'size' | 'length'>;

/** What was fetched for filled rows, without the filling: the rows and, of a token axis, the tokens that were asked for. */
export function trimmed({ dims, data }: Fetched, filled: Sizes, asked: Sizes): Fetched {
  const [rows = 0, tokens = 0, ...rest] = dims;
  const unchanged = filled.size === asked.size && filled.length === asked.length;
  // A tensor without a batch axis (a table, a mask for all rows) is the same for filled rows.
  if (unchanged || rows !== filled.size) return { dims, data };
  // With more axes than three the second one counts heads.
  const hasTokens = rest.length === 1 && tokens === filled.length;
  const width = rest.reduce((product, dim) => product * dim, 1);
  const keep = (hasTokens ? asked.length : tokens) * width;
  const kept = new Float32Array(asked.size * keep);
  for (let row = 0; row < asked.size; row++) {
    const from = row * tokens * width;
    kept.set(data.subarray(from, from + keep), row * keep);
  }
  return { dims: [asked.size, ...(hasTokens ? [asked.length] : dims.slice(1, 2)), ...rest], data: kept };
}

/** Results of groups one after the other. */
export function joinedRows(groups: readonly Fetched[]): Fetched {
  const [first] = groups;
  if (groups.length === 1 && first) return first;
  const data = new Float32Array(groups.reduce((sum, group) => sum + group.data.length, 0));
  let at = 0;
  for (const group of groups) {
    data.set(group.data, at);
    at += group.data.length;
  }
  return { dims: [groups.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0), ...(first?.dims.slice(1) ?? [])], data };
}

const mostFindings = 20;

/**
 * Refuses ids that the model's table of embeddings does not have: MODEL_TOKEN, one finding for each such id, with the first
 * row and token at which it stands. The runtime would fail on some and silently take another row for −1.
 */
export function checkIds(rows: TokenRows, known: number, file: string): void {
  const first = new Map<number, number>();
  rows.ids.forEach((id, cell) => {
    if ((id < 0 || id >= known) && first.size < mostFindings && !first.has(id)) first.set(id, cell);
  });
  const findings = [...first].map(([id, cell]) =>
    problem(
      'MODEL_TOKEN',
      { file },
      {
        found: `the token id ${id} (text ${Math.floor(cell / rows.length) + 1}, token ${cell % rows.length})`,
        expected: `ids from 0 to ${known - 1}: the model's embedding has ${known} rows`,
        remedy: 'use the tokenizer that belongs to this model',
      },
    ),
  );
  refuseAll(findings);
}
