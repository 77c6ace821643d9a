/**
 * Sums of every neuron over the rows of every shuffled class: the product of the shuffled label matrix with the standardised
 * activations. Labels are mostly zeros, so the product is made by adding up rows, in tiles that stay in the cache; a dense
 * product would do ten times the work for a concept that one row in ten carries.
 */
import type { Plan } from '../ranking/plan';
import type { Step } from '../ranking/step';
import { combine } from '../statistics/combine';
import type { ClassMoments } from '../statistics/classMoments';
import { rowSummer, tileColumns } from './rowSummer';
import type { RowSummer } from './rowSummer';
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
/** Rows of a tile: 128 KB. */
const tileRows = 1024;

/**
 * Calls `take` with the sums of each shuffled labelling over one part: float32,
 * `sums[(round * tracked + k) * stride + c]` of (x − mean)/deviation; float32 suffices to screen.
 */
export async function shuffledSums(
  plan: Plan,
  part: number,
  scale: Scale,
  labellings: readonly (ShuffledLabelling | null)[],
  step: Step,
  take: (labelling: number, sums: Float32Array, stride: number) => void,
): Promise<void> {
  const { matrix, columns } = plan.parts[part]!;
  const stride = Math.ceil(columns.length / tileColumns) * tileColumns;
  for (const pass of passes(labellings, stride)) {
    const { summer, tile, open } = openPass(pass, stride);
    for await (const { from, rows, values } of matrix.blocks()) {
      for (let row = 0; row < rows; row += tileRows) {
        const count = Math.min(tileRows, rows - row);
        const block = values.subarray(row * matrix.columns, (row + count) * matrix.columns);
        for (const sums of open) listRows(sums, tile.byteOffset, from + row, count);
        for (let first = 0; first < columns.length; first += tileColumns) {
          fillTile(tile, block, matrix.columns, columns, first, scale);
          for (const sums of open) addTile(summer, sums, first);
        }
      }
      await step('null', part * plan.rows + from + rows, plan.parts.length * plan.rows, 'rows');
    }
    for (const { index, sums } of open) take(index, sums, stride);
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

/** Sums of a labelling while they grow; all arrays but `next` lie in the memory of the summer. */
interface OpenSums {
  readonly index: number;
  readonly labelling: ShuffledLabelling;
  readonly stride: number;
  readonly sums: Float32Array;
  /** Where the listed rows of the current tile lie in memory, list after list, a list for each round and class. */
  readonly places: Int32Array;
  /** First of each list in `places`, and behind them the number of all. */
  readonly starts: Int32Array;
  /** For each list, the first row of the shuffle that is still to come. */
  readonly next: Int32Array;
}

/** Lays a tile, the sums of all labellings of the pass and the lists of their rows out in one memory. */
function openPass(
  pass: readonly { readonly index: number; readonly labelling: ShuffledLabelling }[],
  stride: number,
): { summer: RowSummer; tile: Float32Array; open: OpenSums[] } {
  const sizes = pass.map(({ labelling: { shuffles, tracked } }) => ({
    sums: shuffles.length * tracked.length * stride,
    // The classes of a round share no rows.
    places: shuffles.length * tileRows,
  }));
  const size = sizes.reduce((total, { sums, places }) => total + sums + places, tileRows * tileColumns);
  const summer = rowSummer(4 * size);
  let at = 0;
  const place = (count: number): [ArrayBuffer, number, number] => [summer.memory, 4 * (at += count) - 4 * count, count];
  const tile = new Float32Array(...place(tileRows * tileColumns));
  const open = pass.map(({ index, labelling }, i): OpenSums => {
    const { shuffles, tracked } = labelling;
    return {
      ...{ index, labelling, stride },
      sums: new Float32Array(...place(sizes[i]!.sums)),
      places: new Int32Array(...place(sizes[i]!.places)),
      starts: new Int32Array(shuffles.length * tracked.length + 1),
      next: Int32Array.from(shuffles.flatMap(({ starts }) => Array.from(starts.subarray(0, tracked.length)))),
    };
  });
  return { summer, tile, open };
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

/** Lists where the rows of the tile at `tile` lie that each shuffle chose. Tiles come in the order of their rows. */
function listRows({ labelling: { shuffles, tracked }, places, starts, next }: OpenSums, tile: number, from: number, count: number): void {
  let found = 0;
  shuffles.forEach(({ rows, starts: listStarts }, round) => {
    for (let k = 0; k < tracked.length; k++) {
      const list = round * tracked.length + k;
      const last = listStarts[k + 1]!;
      let at = next[list]!;
      for (; at < last && rows[at]! < from + count; at++) places[found++] = tile + 4 * tileColumns * (rows[at]! - from);
      next[list] = at;
      starts[list + 1] = found;
    }
  });
}

/** Some columns of a block, standardised, rows one after another; 0 where a column says nothing and behind the last one. */
function fillTile(
  tile: Float32Array,
  values: Float32Array | Float64Array,
  stride: number,
  columns: ArrayLike<number>,
  first: number,
  { mean, deviation }: Scale,
): void {
  for (let c = 0; c < tileColumns; c++) {
    const spread = deviation[first + c] ?? 0;
    const factor = spread > 0 ? 1 / spread : 0;
    const centre = mean[first + c] ?? 0;
    let to = c;
    for (let at = columns[first + c] ?? 0; at < values.length; at += stride, to += tileColumns) {
      tile[to] = factor === 0 ? 0 : (values[at]! - centre) * factor;
    }
  }
}

/** Adds the listed rows of the tile to the sums of its columns. */
function addTile(summer: RowSummer, { sums, places, starts, stride }: OpenSums, first: number): void {
  let into = sums.byteOffset + 4 * first;
  for (let list = 0; list + 1 < starts.length; list++, into += 4 * stride) {
    const begin = starts[list]!;
    const end = starts[list + 1]!;
    if (begin < end) summer.add(places.byteOffset + 4 * begin, places.byteOffset + 4 * end, into);
  }
}
