/** The order of rows: blocks along the diagonal, or by chosen concepts. */
import type { TableColumns } from './columns';
import { noConcept } from './columns';

export interface SortKey {
  /** Index of the concept. */
  readonly concept: number;
  readonly descending: boolean;
}

/** Sorts neurons. Without keys: by best concept, neurons that mark none last. Ties keep the order of the model. */
export function sortRows(columns: TableColumns, rows: Uint32Array, keys: readonly SortKey[]): Uint32Array {
  const sorted = rows.slice();
  if (keys.length === 0) {
    const { best, bestGain, marked } = columns;
    const block = (neuron: number): number => (marked[neuron] ? (best[neuron] ?? noConcept) : noConcept);
    return sorted.sort((a, b) => block(a) - block(b) || (bestGain[b] ?? -1) - (bestGain[a] ?? -1) || a - b);
  }
  const parts = keys.map(({ concept, descending }) => ({ gains: columns.gains[concept] ?? new Float32Array(), sign: descending ? -1 : 1 }));
  return sorted.sort((a, b) => {
    for (const { gains, sign } of parts) {
      const left = gains[a] ?? -1;
      const right = gains[b] ?? -1;
      // Undefined comes last whichever way is up.
      if (left < 0 !== right < 0) return left < 0 ? 1 : -1;
      if (left !== right) return sign * (left - right);
    }
    return a - b;
  });
}

/** What a click on a header does: best first, worst first, back to the default. With `add` the other keys stay. */
export function nextKeys(keys: readonly SortKey[], concept: number, add: boolean): SortKey[] {
  const present = keys.find((key) => key.concept === concept);
  const others = add ? keys.filter((key) => key !== present) : [];
  if (!present) return [...others, { concept, descending: true }];
  return present.descending ? [...others, { concept, descending: false }] : others;
}
