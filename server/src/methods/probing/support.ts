/** Which rows of a sample a probe is fitted to: those of classes with enough of them, and of some of its neurons. */
import type { Sample, SampleRows } from '../sample';

/**
 * The sample without classes of which fewer than `least` rows are fitted, their names, and `few-rows` where less than two
 * classes are left. Classes without any row stay named: they are told apart from rare ones.
 */
export function withoutRareClasses(
  sample: Sample,
  least: number,
): { readonly sample: Sample; readonly left: readonly string[] | 'few-rows' } {
  const counts = new Array<number>(sample.classes.length).fill(0);
  for (const label of sample.train.labels) counts[label] = (counts[label] ?? 0) + 1;
  const rare = new Set(Array.from(counts.keys()).filter((k) => (counts[k] ?? 0) > 0 && (counts[k] ?? 0) < least));
  if (rare.size === 0) return { sample, left: [] };
  const enough = counts.filter((count) => count >= least).length;
  if (enough < 2) return { sample, left: 'few-rows' };
  const kept = (rows: SampleRows): SampleRows => rowsWhere(rows, (row) => !rare.has(rows.labels[row] as number));
  return {
    sample: { ...sample, train: kept(sample.train), held: kept(sample.held) },
    left: [...rare].map((k) => sample.classes[k] ?? String(k)),
  };
}

/** The rows that pass a test. */
function rowsWhere(rows: SampleRows, wanted: (row: number) => boolean): SampleRows {
  const { neurons, values } = rows;
  const places = Array.from({ length: rows.rows }, (_, row) => row).filter(wanted);
  const pick = (column: Int32Array): Int32Array => Int32Array.from(places, (row) => column[row] as number);
  const kept = new (values.constructor as Float64ArrayConstructor)(places.length * neurons);
  places.forEach((row, i) => kept.set(values.subarray(row * neurons, (row + 1) * neurons), i * neurons));
  return {
    ...{ rows: places.length, neurons, values: kept, labels: pick(rows.labels) },
    groups: rows.groups && pick(rows.groups),
    ...(rows.types && { types: pick(rows.types) }),
  };
}

/** The rows as some of their neurons see them, in the order given. */
export function neuronsOnly(rows: SampleRows, neurons: readonly number[]): SampleRows {
  const kept = new (rows.values.constructor as Float64ArrayConstructor)(rows.rows * neurons.length);
  for (let row = 0, at = 0; row < rows.rows; row++) {
    for (const neuron of neurons) kept[at++] = rows.values[row * rows.neurons + neuron] as number;
  }
  return { ...rows, neurons: neurons.length, values: kept };
}
