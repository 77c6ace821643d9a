/** Facets: which neurons stay, and how many each choice would show given all the others. */
import type { TableColumns } from './columns';
import { sideOf } from './columns';
import type { FilterPart } from './filter';

/** What is chosen. Empty lists and sets stand for everything. */
export interface FacetChoice {
  readonly layers: readonly number[];
  readonly hiddenTaps: readonly string[];
  readonly hiddenSides: readonly ('high' | 'low')[];
  /** Also neurons that are no better than luck. */
  readonly withinLuck: boolean;
}

export interface FacetCounts {
  /** By layer. */
  readonly layers: ReadonlyMap<number, number>;
  readonly taps: ReadonlyMap<string, number>;
  readonly sides: { readonly high: number; readonly low: number };
  readonly luck: { readonly better: number; readonly within: number };
}

// One bit for each facet that a neuron fails.
const layerBit = 1;
const tapBit = 2;
const sideBit = 4;
const luckBit = 8;

/** Neurons that pass filter and facets, in the order of the model, with the counts beside every choice. */
export function chooseRows(
  columns: TableColumns,
  parts: readonly FilterPart[],
  choice: FacetChoice,
): { rows: Uint32Array; counts: FacetCounts } {
  const tests = parts.flatMap((part) => ('test' in part ? [part.test] : []));
  const rows: number[] = [];
  const layers = new Map<number, number>();
  const taps = new Map(columns.taps.map((tap) => [tap, 0]));
  const sides = { high: 0, low: 0 };
  const luck = { better: 0, within: 0 };
  const chosen = new Set(choice.layers);
  for (let neuron = 0; neuron < columns.neurons.length; neuron++) {
    const layer = columns.layer[neuron] ?? -1;
    const tap = columns.taps[columns.tap[neuron] ?? 0] ?? '';
    const side = sideOf(columns, neuron) === -1 ? 'low' : 'high';
    const stands = columns.stands[neuron] === 1;
    const failed =
      (chosen.size > 0 && !chosen.has(layer) ? layerBit : 0) |
      (choice.hiddenTaps.includes(tap) ? tapBit : 0) |
      (choice.hiddenSides.includes(side) ? sideBit : 0) |
      (!stands && !choice.withinLuck ? luckBit : 0);
    if (!tests.every((test) => test(neuron))) continue;
    if (!layers.has(layer)) layers.set(layer, 0);
    if ((failed & ~layerBit) === 0) layers.set(layer, (layers.get(layer) ?? 0) + 1);
    if ((failed & ~tapBit) === 0) taps.set(tap, (taps.get(tap) ?? 0) + 1);
    if ((failed & ~sideBit) === 0) sides[side] += 1;
    if ((failed & ~luckBit) === 0) luck[stands ? 'better' : 'within'] += 1;
    if (failed === 0) rows.push(neuron);
  }
  return { rows: Uint32Array.from(rows), counts: { layers, taps, sides, luck } };
}
