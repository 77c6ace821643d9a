/** Facets: which neurons stay, and how many each choice would show given all the others. */
import type { TableColumns } from './columns';
import { sideOf } from './columns';
import type { FilterPart } from './filter';

/** Bands of the best gain, the highest first: a neuron is in the first whose floor it reaches. */
export const gainBands = [
  { name: '80', text: '80–100 %', floor: 0.8 },
  { name: '60', text: '60–80 %', floor: 0.6 },
  { name: '40', text: '40–60 %', floor: 0.4 },
  { name: '20', text: '20–40 %', floor: 0.2 },
  { name: '0', text: '0–20 %', floor: -Infinity },
] as const;

/** How many concepts a neuron marks. */
export const coverages = [
  { name: 'none', text: 'no concept', most: 0 },
  { name: 'one', text: 'one concept', most: 1 },
  { name: 'few', text: 'two or three', most: 3 },
  { name: 'many', text: 'four or more', most: Infinity },
] as const;
type Coverage = (typeof coverages)[number]['name'];

/** What is chosen. Empty lists stand for everything. */
export interface FacetChoice {
  readonly layers: readonly string[];
  readonly bands: readonly string[];
  readonly hiddenTaps: readonly string[];
  readonly hiddenSides: readonly string[];
  readonly hiddenCoverages: readonly string[];
}

/** Neurons that are no better than luck wait until they are asked for. */
export const everything: FacetChoice = { layers: [], bands: [], hiddenTaps: [], hiddenSides: [], hiddenCoverages: ['none'] };

/** By facet, then by choice. */
export type FacetCounts = Readonly<Record<FacetName, ReadonlyMap<string, number>>>;
type FacetName = 'layers' | 'bands' | 'taps' | 'sides' | 'coverages';

interface Facet {
  readonly name: FacetName;
  readonly of: (neuron: number) => string;
  readonly passes: (value: string) => boolean;
}

/** Neurons that pass filter and facets, and are among `only` where that is given, in the order of the model, with the counts beside every choice. */
export function chooseRows(
  columns: TableColumns,
  parts: readonly FilterPart[],
  choice: FacetChoice,
  only: readonly number[] | null = null,
): { rows: Uint32Array; counts: FacetCounts } {
  const tests = parts.flatMap((part) => ('test' in part ? [part.test] : []));
  const among = only && new Set(only);
  const facets = facetsOf(columns, choice);
  const counts = facets.map(({ name }) => new Map<string, number>(name === 'taps' ? columns.taps.map((tap) => [tap, 0]) : []));
  const values = new Array<string>(facets.length);
  const rows: number[] = [];
  for (let neuron = 0; neuron < columns.neurons.length; neuron++) {
    if (among && !among.has(neuron)) continue;
    if (!tests.every((test) => test(neuron))) continue;
    let failed = 0;
    facets.forEach(({ of, passes }, bit) => {
      const value = (values[bit] = of(neuron));
      if (!passes(value)) failed |= 1 << bit;
    });
    // A choice counts what it would show: all that fail nothing, or this facet alone.
    values.forEach((value, bit) => {
      const known = counts[bit]?.get(value) ?? 0;
      counts[bit]?.set(value, known + ((failed & ~(1 << bit)) === 0 ? 1 : 0));
    });
    if (failed === 0) rows.push(neuron);
  }
  return {
    rows: Uint32Array.from(rows),
    counts: Object.fromEntries(facets.map(({ name }, bit) => [name, counts[bit]])) as unknown as FacetCounts,
  };
}

function facetsOf(columns: TableColumns, choice: FacetChoice): Facet[] {
  const { layer, tap, taps, bestGain, marked } = columns;
  const chosen = (list: readonly string[]) => (value: string) => list.length === 0 || list.includes(value);
  const shown = (hidden: readonly string[]) => (value: string) => !hidden.includes(value);
  return [
    { name: 'layers', of: (neuron) => String(layer[neuron] ?? -1), passes: chosen(choice.layers) },
    { name: 'bands', of: (neuron) => bandOf(bestGain[neuron] ?? -1), passes: chosen(choice.bands) },
    { name: 'taps', of: (neuron) => taps[tap[neuron] ?? 0] ?? '', passes: shown(choice.hiddenTaps) },
    { name: 'sides', of: (neuron) => (sideOf(columns, neuron) === -1 ? 'low' : 'high'), passes: shown(choice.hiddenSides) },
    { name: 'coverages', of: (neuron) => coverageOf(marked[neuron] ?? 0), passes: shown(choice.hiddenCoverages) },
  ];
}

function bandOf(gain: number): string {
  return gainBands.find(({ floor }) => gain >= floor)?.name ?? '0';
}

function coverageOf(concepts: number): Coverage {
  return coverages.find(({ most }) => concepts <= most)?.name ?? 'many';
}
