/** Facets: which neurons stay, and how many each choice would show given all the others. */
import type { TableColumns } from './columns';
import { noConcept } from './columns';
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
  /** The choices, by their place. */
  readonly values: readonly string[];
  /** The place of a neuron's value among the choices. */
  readonly of: (neuron: number) => number;
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
  const passes = facets.map((facet) => facet.values.map(facet.passes));
  const counts = facets.map(({ values }) => new Uint32Array(values.length));
  const chosen = new Uint8Array(facets.length);
  const rows: number[] = [];
  for (let neuron = 0; neuron < columns.neurons.length; neuron++) {
    if (among && !among.has(neuron)) continue;
    if (!tests.every((test) => test(neuron))) continue;
    let failed = 0;
    for (let bit = 0; bit < facets.length; bit++) {
      const at = facets[bit]?.of(neuron) ?? 0;
      chosen[bit] = at;
      if (!passes[bit]?.[at]) failed |= 1 << bit;
    }
    if (failed === 0) rows.push(neuron);
    // A choice counts what it would show: all that fail nothing, or this facet alone.
    if ((failed & (failed - 1)) !== 0) continue;
    for (let bit = 0; bit < facets.length; bit++) {
      const count = counts[bit];
      const at = chosen[bit] ?? 0;
      if (count && (failed & ~(1 << bit)) === 0) count[at] = (count[at] ?? 0) + 1;
    }
  }
  const named = facets.map(({ name, values }, bit) => [name, new Map(values.map((value, at) => [value, counts[bit]?.[at] ?? 0]))]);
  return { rows: Uint32Array.from(rows), counts: Object.fromEntries(named) as unknown as FacetCounts };
}

function facetsOf({ layer, tap, taps, bestGain, marked, best, rankings }: TableColumns, choice: FacetChoice): Facet[] {
  const chosen = (list: readonly string[]) => (value: string) => list.length === 0 || list.includes(value);
  const shown = (hidden: readonly string[]) => (value: string) => !hidden.includes(value);
  const layers = [...new Set(layer)];
  const layerAt = new Uint16Array(Math.max(0, ...layers) + 2);
  for (const [at, number] of layers.entries()) layerAt[number + 1] = at;
  const namesOf = (choices: readonly { readonly name: string }[]): string[] => choices.map(({ name }) => name);
  return [
    { name: 'layers', values: layers.map(String), of: (neuron) => layerAt[(layer[neuron] ?? -1) + 1] ?? 0, passes: chosen(choice.layers) },
    { name: 'bands', values: namesOf(gainBands), of: (neuron) => bandOf(bestGain[neuron] ?? -1), passes: chosen(choice.bands) },
    { name: 'taps', values: taps, of: (neuron) => tap[neuron] ?? 0, passes: shown(choice.hiddenTaps) },
    {
      name: 'sides',
      values: ['high', 'low'],
      of: (neuron) => (rankings[best[neuron] ?? noConcept]?.direction[neuron] === -1 ? 1 : 0),
      passes: shown(choice.hiddenSides),
    },
    {
      name: 'coverages',
      values: namesOf(coverages),
      of: (neuron) => coverageOf(marked[neuron] ?? 0),
      passes: shown(choice.hiddenCoverages),
    },
  ];
}

/** The place of a gain among the bands. */
function bandOf(gain: number): number {
  for (let at = 0; at < gainBands.length; at++) if (gain >= (gainBands[at]?.floor ?? -Infinity)) return at;
  return gainBands.length - 1;
}

/** The place of a number of concepts among the coverages. */
function coverageOf(concepts: number): number {
  for (let at = 0; at < coverages.length; at++) if (concepts <= (coverages[at]?.most ?? Infinity)) return at;
  return coverages.length - 1;
}
