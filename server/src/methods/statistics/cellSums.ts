/**
 * Sums of every neuron over the rows of every cell, in one pass over a matrix. Sums are float64 over values shifted by the
 * first row of their cell: the shifted sum of squares is then at most (rows + 1) times the scatter, so the difference that
 * makes the scatter loses at most log10(rows) of 16 digits, whatever the offset of the neuron, and is exactly 0 where all
 * values are equal.
 */
import type { CellGroup } from './cells';
import { emptyMoments } from './classMoments';
import type { ClassMoments } from './classMoments';
import { bandColumns, bandParts, bandValues, momentSummer } from './momentSummer';
import type { MomentSummer } from './momentSummer';

/** Sums of one matrix while they grow. */
export interface CellSums {
  /** Adds rows `from …`, row-major. */
  addBlock(from: number, rows: number, values: Float32Array | Float64Array): void;
  /** The moments of the cells of each group, a cell as a class. */
  moments(): ClassMoments[];
}

/** Values summed at once: 2 MB of float64, which stay in the cache while cell after cell takes its rows. */
const pieceValues = 1 << 18;
/** Rows added in one go: as many places in memory as are fetched ahead at once. */
const rowsAtOnce = 16;

/** Makes empty sums for matrices of any width; a memory serves one matrix after the other. */
export function cellSummer(groups: readonly CellGroup[]): (columns: number) => CellSums {
  let summer: MomentSummer | undefined;
  return (columns) => {
    const bands = Math.ceil(columns / bandColumns);
    const width = bands * bandColumns;
    const pieceRows = Math.max(1, Math.floor(pieceValues / width));
    const cells = groups.reduce((sum, group) => sum + group.cells, 0);
    const [valueBytes, placeBytes, cellBytes] = [8 * pieceRows * width, 16 * Math.ceil(pieceRows / 4), 8 * bands * bandValues];
    const bytes = valueBytes + placeBytes + cells * cellBytes;
    if (!summer || summer.memory.byteLength < bytes) summer = momentSummer(bytes);
    const { memory, add } = summer;
    const piece = new Float64Array(memory, 0, pieceRows * width);
    const places = new Int32Array(memory, valueBytes, pieceRows);
    let at = valueBytes + placeBytes;
    const open = groups.map((group) => {
      const sums = new Float64Array(memory, at, group.cells * bands * bandValues);
      at += sums.byteLength;
      clear(sums);
      return { group, sums, count: new Float64Array(group.cells) };
    });

    const addPiece = (from: number, rows: number): void => {
      for (const { group, sums, count } of open) {
        const starts = listByCell(group, from, rows, 8 * width, places);
        for (let cell = 0; cell < group.cells; cell++) {
          const begin = starts[cell]!;
          const last = starts[cell + 1]!;
          if (begin === last) continue;
          const bandsAt = sums.byteOffset + cell * cellBytes;
          if (count[cell] === 0) setShifts(sums, cell * bands * bandValues, piece, places[begin]! / 8, width);
          count[cell] = count[cell]! + last - begin;
          for (let next = begin; next < last; next += rowsAtOnce) {
            const end = Math.min(next + rowsAtOnce, last);
            add(places.byteOffset + 4 * next, places.byteOffset + 4 * end, bandsAt, bandsAt + cellBytes);
          }
        }
      }
    };
    return {
      addBlock(from, rows, values) {
        for (let row = 0; row < rows; row += pieceRows) {
          const count = Math.min(pieceRows, rows - row);
          if (width === columns) piece.set(values.subarray(row * columns, (row + count) * columns));
          else for (let r = 0; r < count; r++) piece.set(values.subarray((row + r) * columns, (row + r + 1) * columns), r * width);
          addPiece(from + row, count);
        }
      },
      moments: () => open.map(({ group, sums, count }) => momentsOf(sums, count, group.cells, columns)),
    };
  };
}

const [, , , minPart, maxPart] = bandParts.map((_, part) => part * bandColumns) as [number, number, number, number, number];

/** Sums 0, ranges from +∞ to −∞. */
function clear(sums: Float64Array): void {
  sums.fill(0);
  for (let band = 0; band < sums.length; band += bandValues) {
    sums.fill(Infinity, band + minPart, band + minPart + bandColumns);
    sums.fill(-Infinity, band + maxPart, band + maxPart + bandColumns);
  }
}

/** Takes a row as what the values of a cell are shifted by; the shifts of a band stand first in it. */
function setShifts(sums: Float64Array, bands: number, piece: Float64Array, row: number, width: number): void {
  for (let c = 0, band = bands; c < width; c += bandColumns, band += bandValues) {
    for (let j = 0; j < bandColumns; j++) sums[band + j] = piece[row + c + j]!;
  }
}

/** Lists the places of rows that lie one after another in memory, cell by cell: those of cell k from `starts[k]` to `starts[k + 1]`. */
function listByCell({ cellOfRow, cells }: CellGroup, from: number, rows: number, rowBytes: number, places: Int32Array): Int32Array {
  const starts = new Int32Array(cells + 1);
  for (let row = from; row < from + rows; row++) {
    const cell = cellOfRow[row]!;
    if (cell >= 0) starts[cell + 1] = starts[cell + 1]! + 1;
  }
  for (let cell = 0; cell < cells; cell++) starts[cell + 1] = starts[cell + 1]! + starts[cell]!;
  const next = starts.slice();
  for (let row = 0; row < rows; row++) {
    const cell = cellOfRow[from + row]!;
    if (cell < 0) continue;
    const at = next[cell]!;
    places[at] = row * rowBytes;
    next[cell] = at + 1;
  }
  return starts;
}

/** Sums as moments: with d = x − shift, mean = shift + Σd/n and scatter = Σd² − (Σd)²/n. */
function momentsOf(sums: Float64Array, count: Float64Array, cells: number, columns: number): ClassMoments {
  const moments = emptyMoments(cells, columns);
  moments.count.set(count);
  const bands = sums.length / bandValues / Math.max(1, cells);
  for (let cell = 0; cell < cells; cell++) {
    const n = count[cell]!;
    if (n === 0) continue;
    for (let c = 0, at = cell * columns; c < columns; c++, at++) {
      const own = (cell * bands + Math.floor(c / bandColumns)) * bandValues + (c % bandColumns);
      const sum = sums[own + bandColumns]!;
      const shifted = sum / n;
      moments.mean[at] = sums[own]! + shifted;
      const scatter = sums[own + 2 * bandColumns]! - sum * shifted;
      // Rounding may leave a little less than nothing; NaN, which a value that is no number leaves, passes.
      moments.scatter[at] = scatter < 0 ? 0 : scatter;
      moments.min[at] = sums[own + minPart]!;
      moments.max[at] = sums[own + maxPart]!;
    }
  }
  return moments;
}
