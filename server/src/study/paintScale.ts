/**
 * How values of a neuron become nine steps of colour on either side of its centre. One scale a neuron, over the whole corpus and for both
 * sides: the same depth of colour is the same distance from the centre, so that a side that hardly moves never looks like one that fires.
 */
import type { Tap } from '../protocol/neurons';
import type { PaintScale } from '../protocol/messages';

const steps = 9;
/** A value below this share of the scale is not painted. */
const faintest = 0.05;
/** A side that reaches less far than this share of the other is not painted: it would lie on most words and never leave the faintest step. */
const leastSide = 1 / steps;

/** The scale of a neuron from its values in ascending order. The centre is 0 for `ffn`, else the median; a side reaches to its 99.5th percentile. */
export function paintScale(values: Float32Array | Float64Array, tap: Tap): PaintScale {
  const n = values.length;
  if (n === 0) return { centre: 0, high: null, low: null };
  const centre = tap === 'ffn' ? 0 : ((values[(n - 1) >> 1] ?? 0) + (values[n >> 1] ?? 0)) / 2;
  const below = firstAtLeast(values, centre);
  let above = below;
  while (above < n && values[above] === centre) above++;
  const far = (count: number): number => Math.ceil((count - 1) * 0.995);
  const high = above < n ? (values[above + far(n - above)] ?? 0) - centre : 0;
  const low = below > 0 ? centre - (values[below - 1 - far(below)] ?? 0) : 0;
  const side = (own: number, other: number): number | null => (own > 0 && own >= leastSide * other ? own : null);
  return { centre, high: side(high, low), low: side(low, high) };
}

/** The step of a value, −9 to 9; 0 for what is not painted. */
export function paintStep(value: number, { centre, high, low }: PaintScale): number {
  const reach = value > centre ? high : low;
  if (reach === null || !Number.isFinite(value)) return 0;
  const u = Math.abs(value - centre) / Math.max(high ?? 0, low ?? 0);
  if (u < faintest) return 0;
  return Math.sign(value - centre) * Math.min(steps, Math.ceil(steps * u));
}

/** Place of the first value of an ascending list that is at least `bound`. */
export function firstAtLeast(values: Float32Array | Float64Array, bound: number, from = 0, to = values.length): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
