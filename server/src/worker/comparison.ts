/**
 * Words that a word's neurons are compared with: some hundred rows spread over the corpus, sorted neuron by neuron, so that
 * one look at a sorted list says how unusual a value is. All neurons of a word are then ordered in milliseconds.
 */
import { firstAtLeast } from '../study/paintScale';
import type { TapPoint } from '../protocol/neurons';

/** One tap's values, row-major. */
export interface TapRows {
  readonly point: TapPoint;
  readonly width: number;
  readonly rows: number;
  readonly values: Float32Array;
}

export interface ComparedTap {
  readonly point: TapPoint;
  readonly width: number;
  /** Values of each neuron in ascending order, `width × rows`. */
  readonly sorted: Float32Array;
}

export interface Comparison {
  readonly rows: number;
  readonly taps: readonly ComparedTap[];
}

/** A neuron of a word, with its distance from the middle. */
export interface Unusual {
  readonly tap: ComparedTap;
  readonly unit: number;
  readonly value: number;
  /** 0 to 100. */
  readonly percentile: number;
  /** By how much it stands out: the distance of the percentile from 50, and beyond all compared rows that from their median. */
  readonly rank: number;
}

/** Sorts the rows to compare with. */
export function comparison(taps: readonly TapRows[]): Comparison {
  return { rows: taps[0]?.rows ?? 0, taps: taps.map(comparedTap) };
}

/** The same of one tap, for callers that let messages in between two. */
export function comparedTap({ point, width, rows, values }: TapRows): ComparedTap {
  const sorted = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) for (let unit = 0; unit < width; unit++) sorted[unit * rows + row] = values[row * width + unit] ?? 0;
  for (let unit = 0; unit < width; unit++) sorted.subarray(unit * rows, (unit + 1) * rows).sort();
  return { point, width, sorted };
}

export interface Standing {
  /** Share of values below, in percent, ties counted half. */
  readonly percentile: number;
  /** Place from the nearer end of the order, from 1. */
  readonly place: number;
}

/** Where a value stands in an ascending list. */
export function standing(ascending: Float32Array | Float64Array, value: number, from = 0, to = ascending.length): Standing {
  const below = firstAtLeast(ascending, value, from, to) - from;
  let upTo = from + below;
  while (upTo < to && ascending[upTo] === value) upTo++;
  return standingOf(below, upTo - from - below, to - upTo);
}

/** The same in a list without order, of which only the marked values count. */
export function standingAmong(values: Float32Array, marked: Uint8Array, value: number): Standing {
  let [below, equal, above] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (marked[i] !== 1) continue;
    const other = values[i]!;
    if (other < value) below++;
    else if (other === value) equal++;
    else if (other > value) above++;
  }
  return standingOf(below, equal, above);
}

function standingOf(below: number, equal: number, above: number): Standing {
  const n = below + equal + above;
  return { percentile: n === 0 ? 50 : (100 * (below + equal / 2)) / n, place: Math.min(below, above) + 1 };
}

/** A side that reaches less than this share of the other from the median is where a neuron rests, not where it fires. */
const leastSide = 0.25;

/**
 * The neurons whose values are most unusual, farthest from the 50th percentile first. Beyond all compared rows the distance
 * from their median decides. What an activation function cuts off (below 0 in GELU) tells nothing and is passed over.
 */
export function mostUnusual(
  { rows, taps }: Comparison,
  valuesOf: (tap: ComparedTap) => Float32Array | undefined,
  count: number,
): Unusual[] {
  const best: Unusual[] = [];
  for (const tap of taps) {
    const values = valuesOf(tap);
    if (!values) continue;
    for (let unit = 0; unit < tap.width; unit++) {
      const value = values[unit] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const from = unit * rows;
      const { percentile } = standing(tap.sorted, value, from, from + rows);
      if (isResting(tap.sorted, from, rows, percentile)) continue;
      const distance = Math.abs(percentile - 50);
      const rank = distance + far(tap.sorted, from, rows, value);
      if (best.length === count && rank <= (best[count - 1]?.rank ?? 0)) continue;
      const at = best.findIndex((other) => other.rank < rank);
      best.splice(at < 0 ? best.length : at, 0, { tap, unit, value, percentile, rank });
      best.length = Math.min(best.length, count);
    }
  }
  return best;
}

/** Whether a value lies on the side of the median where the neuron hardly moves. */
function isResting(sorted: Float32Array, from: number, rows: number, percentile: number): boolean {
  const middle = sorted[from + (rows >> 1)] ?? 0;
  const up = (sorted[from + rows - 1] ?? 0) - middle;
  const down = middle - (sorted[from] ?? 0);
  return percentile < 50 ? down < leastSide * up : up < leastSide * down;
}

/** Grows from 0 towards one step of the percentile, so that it orders only neurons that stand at the same place. */
function far(sorted: Float32Array, from: number, rows: number, value: number): number {
  const at = (share: number): number => sorted[from + Math.floor((rows - 1) * share)] ?? 0;
  const spread = at(0.9) - at(0.1);
  const distance = Math.abs(value - at(0.5));
  if (distance === 0 || rows === 0) return 0;
  return (50 / rows) * (spread > 0 ? distance / (distance + spread) : 1);
}
