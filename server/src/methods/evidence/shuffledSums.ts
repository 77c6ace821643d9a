/**
 * Sums of every neuron over the rows of every shuffled class: the product of the shuffled label matrix with the standardised
 * activations. Labels are mostly zeros, so the product is made by adding up rows, eight at a time, in tiles that stay in
 * the cache; a dense product would do ten times the work for a concept that one row in ten carries.
 */
import type { Plan } from '../ranking/plan';
import type { Step } from '../ranking/step';
import { combine } from '../statistics/combine';
import type { ClassMoments } from '../statistics/moments';
import type { Shuffle } from './shuffles';

/** The shuffles of a labelling. They list the rows of the classes `tracked`; class `rest` has all other rows. */
export interface ShuffledLabelling {
  readonly tracked: readonly number[];
  readonly rest: number;
  readonly shuffles: readonly Shuffle[];
}

/** What columns are standardised by before they are summed. Deviation 0 where a column says nothing. */
export interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Sums kept in memory at once, in bytes; more labellings than fit are summed in further passes over the matrix. */
const mostBytes = 96 * 2 ** 20;
const tileColumns = 128;

/**
 * Calls `take` with the sums of each shuffled labelling over one part: float32,
 * `sums[(round * tracked + k) * columns + c]` of (x − mean)/deviation; float32 suffices to screen.
 */
export async function shuffledSums(
  plan: Plan,
  part: number,
  scale: Scale,
  labellings: readonly (ShuffledLabelling | null)[],
  step: Step,
  take: (labelling: number, sums: Float32Array) => void,
): Promise<void> {
  const { matrix, columns } = plan.parts[part]!;
  for (const pass of passes(labellings, columns.length)) {
    const open = pass.map(({ index, labelling }) => openSums(index, labelling, columns.length));
    let tile = new Float32Array(0);
    for await (const { from, rows, values } of matrix.blocks()) {
      if (tile.length < tileColumns * rows) tile = new Float32Array(tileColumns * rows);
      for (const sums of open) seek(sums, from, from + rows);
      for (let first = 0; first < columns.length; first += tileColumns) {
        const width = Math.min(tileColumns, columns.length - first);
        fillTile(tile, values, matrix.columns, columns, { first, width, rows }, scale);
        for (const sums of open) addTile(sums, tile, { first, width, from });
      }
      await step('null', part * plan.rows + from + rows, plan.parts.length * plan.rows, 'rows');
    }
    for (const { index, sums } of open) take(index, sums);
  }
}

/** Mean and standard deviation of every neuron of a part, from the moments of one labelling. */
export function scaleOf({ classes, columns, count, mean, scatter }: ClassMoments, chosen: ArrayLike<number>): Scale {
  const scale = { mean: new Float64Array(chosen.length), deviation: new Float64Array(chosen.length) };
  const all = { count: 0, mean: 0, scatter: 0 };
  for (let c = 0; c < chosen.length; c++) {
    const groups = Array.from({ length: classes }, (_, k) => {
      const at = k * columns + chosen[c]!;
      return { count: count[k]!, mean: mean[at]!, scatter: scatter[at]! };
    });
    combine(all, groups);
    if (!(all.scatter > 0 && Number.isFinite(all.scatter))) continue;
    scale.mean[c] = all.mean;
    scale.deviation[c] = Math.sqrt(all.scatter / all.count);
  }
  return scale;
}

interface OpenSums {
  readonly index: number;
  readonly labelling: ShuffledLabelling;
  readonly columns: number;
  readonly sums: Float32Array;
  /** For each round and class: the rows of the current block, as a range of the shuffle's list. */
  readonly begin: Int32Array;
  readonly end: Int32Array;
}

function openSums(index: number, labelling: ShuffledLabelling, columns: number): OpenSums {
  const lists = labelling.shuffles.length * labelling.tracked.length;
  const end = new Int32Array(lists);
  labelling.shuffles.forEach(({ starts }, round) =>
    end.set(starts.subarray(0, labelling.tracked.length), round * labelling.tracked.length),
  );
  return { index, labelling, columns, sums: new Float32Array(lists * columns), begin: new Int32Array(lists), end };
}

function passes(labellings: readonly (ShuffledLabelling | null)[], columns: number): { index: number; labelling: ShuffledLabelling }[][] {
  const result: { index: number; labelling: ShuffledLabelling }[][] = [];
  let room = 0;
  labellings.forEach((labelling, index) => {
    if (!labelling) return;
    const bytes = 4 * columns * labelling.tracked.length * labelling.shuffles.length;
    if (bytes > room || result.length === 0) {
      result.push([]);
      room = mostBytes;
    }
    room -= bytes;
    result[result.length - 1]!.push({ index, labelling });
  });
  return result;
}

/** Moves every list's range on to the rows of the next block. Blocks come in order. */
function seek({ labelling: { shuffles, tracked }, begin, end }: OpenSums, from: number, to: number): void {
  shuffles.forEach(({ rows, starts }, round) => {
    for (let k = 0; k < tracked.length; k++) {
      const list = round * tracked.length + k;
      const last = starts[k + 1]!;
      let at = end[list]!;
      while (at < last && rows[at]! < from) at++;
      begin[list] = at;
      while (at < last && rows[at]! < to) at++;
      end[list] = at;
    }
  });
}

interface Tile {
  readonly first: number;
  readonly width: number;
}

/** Some columns of a block, standardised, rows one after another. */
function fillTile(
  tile: Float32Array,
  values: Float32Array | Float64Array,
  stride: number,
  columns: ArrayLike<number>,
  { first, width, rows }: Tile & { rows: number },
  { mean, deviation }: Scale,
): void {
  for (let c = 0; c < width; c++) {
    const centre = mean[first + c]!;
    const factor = deviation[first + c]! > 0 ? 1 / deviation[first + c]! : 0;
    let at = columns[first + c]!;
    for (let row = 0, to = c; row < rows; row++, at += stride, to += width) tile[to] = factor === 0 ? 0 : (values[at]! - centre) * factor;
  }
}

function addTile(
  { labelling: { shuffles, tracked }, columns, sums, begin, end }: OpenSums,
  tile: Float32Array,
  { first, width, from }: Tile & { from: number },
): void {
  shuffles.forEach(({ rows }, round) => {
    for (let k = 0; k < tracked.length; k++) {
      const list = round * tracked.length + k;
      addRows(sums, list * columns + first, tile, width, rows, begin[list]!, end[list]!, from);
    }
  });
}

/** Adds the listed rows of the tile to `sums[base …]`, eight rows a step so that a sum is loaded and stored once for eight. */
function addRows(
  sums: Float32Array,
  base: number,
  tile: Float32Array,
  width: number,
  rows: Int32Array,
  begin: number,
  end: number,
  from: number,
): void {
  let i = begin;
  for (; i + 8 <= end; i += 8) {
    let a = (rows[i]! - from) * width;
    let b = (rows[i + 1]! - from) * width;
    let c = (rows[i + 2]! - from) * width;
    let d = (rows[i + 3]! - from) * width;
    let e = (rows[i + 4]! - from) * width;
    let f = (rows[i + 5]! - from) * width;
    let g = (rows[i + 6]! - from) * width;
    let h = (rows[i + 7]! - from) * width;
    for (let at = base; at < base + width; at++) {
      const sum = tile[a++]! + tile[b++]! + (tile[c++]! + tile[d++]!) + (tile[e++]! + tile[f++]! + (tile[g++]! + tile[h++]!));
      sums[at] = sums[at]! + sum;
    }
  }
  for (; i < end; i++) {
    let a = (rows[i]! - from) * width;
    for (let at = base; at < base + width; at++) sums[at] = sums[at]! + tile[a++]!;
  }
}
