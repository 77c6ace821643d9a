/** A result by one method as columns of numbers: what the table sorts, filters and paints. Built once a file. */
import { gain, isBetter, neuronParts, scaleOf, strength } from '../../../server/src/protocol/reading';
import type { Pause } from './jsonInPieces';
import type { ReadResult } from './resultBytes';
import type { TableRanking } from './tableRanking';
import { directionAt } from './tableRanking';

/** The step of an undefined score. */
export const undefinedStep = -128;
/** The best concept of a neuron that has none. */
export const noConcept = 0xffff;
// Without shuffled labels a cell counts as found from this gain on.
const visibleGain = 0.15;

/** Where neurons are; the same for every method. */
interface NeuronColumns {
  readonly neurons: readonly string[];
  /** By neuron; −1 in matrices without layers. */
  readonly layer: Int16Array;
  /** By neuron: index into `taps`. */
  readonly tap: Uint8Array;
  readonly taps: readonly string[];
}

/** All concepts of one method, in the order of the file. */
export interface MethodColumns extends NeuronColumns {
  readonly rankings: readonly TableRanking[];
  /** By concept, then neuron: −9 (low side) to 9 (high side), 0 within luck, `undefinedStep`. */
  readonly steps: readonly Int8Array[];
  /** By concept, then neuron: what sorting compares; −1 where undefined. */
  readonly gains: readonly Float32Array[];
}

/** The concepts that are shown, in the order in which they are shown, and what each neuron is among them. */
export interface TableColumns extends MethodColumns {
  /** By neuron: index of the concept with the largest gain. */
  readonly best: Uint16Array;
  readonly bestGain: Float32Array;
  /** By neuron: in how many concepts it is better than luck; at most 255. */
  readonly marked: Uint8Array;
}

/** Methods of a result: id and title, in the order of the file. */
export function methodsOf(result: ReadResult): { id: string; title: string }[] {
  const titles = new Map(result.rankings.map(({ method, title }) => [method, title]));
  return [...titles].map(([id, title]) => ({ id, title }));
}

/** The columns of every method, by its id; `pause` is called after each of them. */
export async function columnsByMethod(result: ReadResult, pause: Pause): Promise<ReadonlyMap<string, MethodColumns>> {
  const { neurons } = result;
  const places = placesOf(neurons);
  const found = new Map<string, MethodColumns & { rankings: TableRanking[]; steps: Int8Array[]; gains: Float32Array[] }>();
  for (const ranking of result.rankings) {
    const columns = found.get(ranking.method) ?? { neurons, ...places, rankings: [], steps: [], gains: [] };
    found.set(ranking.method, columns);
    const { steps, gains } = conceptColumns(ranking);
    columns.rankings.push(ranking);
    columns.steps.push(steps);
    columns.gains.push(gains);
    await pause(1);
  }
  return found;
}

/** The columns as they are shown: `order` names concepts of the method by index; those that are left out count for nothing. */
export function arrangedColumns(columns: MethodColumns, order: readonly number[]): TableColumns {
  const { neurons } = columns;
  const pick = <T>(list: readonly T[]): T[] => order.flatMap((concept) => list[concept] ?? []);
  const steps = pick(columns.steps);
  const gains = pick(columns.gains);
  const best = new Uint16Array(neurons.length).fill(noConcept);
  const bestGain = new Float32Array(neurons.length).fill(-1);
  const marked = new Uint8Array(neurons.length);
  steps.forEach((column, concept) => {
    const sizes = gains[concept];
    for (let neuron = 0; neuron < neurons.length; neuron++) {
      const step = column[neuron] ?? undefinedStep;
      const size = sizes?.[neuron] ?? -1;
      if (step !== 0 && step !== undefinedStep && (marked[neuron] ?? 0) < 255) marked[neuron] = (marked[neuron] ?? 0) + 1;
      if (size > (bestGain[neuron] ?? -1)) {
        bestGain[neuron] = size;
        best[neuron] = concept;
      }
    }
  });
  return { ...columns, rankings: pick(columns.rankings), steps, gains, best, bestGain, marked };
}

function conceptColumns(ranking: TableRanking): { steps: Int8Array; gains: Float32Array } {
  const scale = scaleOf(ranking);
  const luck = ranking.null && strength(ranking, ranking.null.q95);
  const steps = new Int8Array(ranking.score.length);
  const gains = new Float32Array(ranking.score.length);
  ranking.score.forEach((score, neuron) => {
    const size = strength(ranking, Number.isNaN(score) ? null : score);
    const share = gain(size, scale);
    const found = size !== null && (luck === null ? share >= visibleGain : isBetter(ranking, size, luck));
    gains[neuron] = size === null ? -1 : share;
    steps[neuron] = size === null ? undefinedStep : found ? Math.max(1, Math.ceil(9 * share)) * directionAt(ranking, neuron) : 0;
  });
  return { steps, gains };
}

function placesOf(neurons: readonly string[]): Omit<NeuronColumns, 'neurons'> {
  const layer = new Int16Array(neurons.length);
  const tap = new Uint8Array(neurons.length);
  const taps: string[] = [];
  neurons.forEach((id, neuron) => {
    const parts = neuronParts(id);
    layer[neuron] = parts.layer ?? -1;
    const name = parts.tap ?? '';
    if (!taps.includes(name)) taps.push(name);
    tap[neuron] = taps.indexOf(name);
  });
  return { layer, tap, taps };
}

/** On which side a neuron marks its best concept: 1 high, −1 low, 0 when it marks none. */
export function sideOf(columns: TableColumns, neuron: number): -1 | 0 | 1 {
  return (columns.rankings[columns.best[neuron] ?? noConcept]?.direction[neuron] ?? 0) as -1 | 0 | 1;
}
