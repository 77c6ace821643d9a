/** Rows of many matrices side by side in memory: what methods that look at neurons together are given. */
import type { Sample, SampleRows } from '../sample';
import { randomStream } from '../statistics/random';
import type { LabelSet } from './labels';
import type { Plan } from './plan';

/** Bytes of values that are read: 20,000 words of a model with 10,000 neurons. Rows are fitted and held out where they were read to. */
export const sampleBytes = 1 << 30;

/** One sentence in five is held out where no rows to evaluate on are given. */
const heldShare = 0.2;

/** Matrices that stand side by side, their columns in use. */
type Parts = Plan['parts'];

/**
 * Numbers of the rows that some label set asks for, as many whole sentences as `bytes` hold, and how many rows were asked for.
 * Which sentences follows from the seed.
 */
export function chooseRows(
  sets: readonly Pick<LabelSet, 'labels'>[],
  groups: Int32Array | undefined,
  rowBytes: number,
  bytes: number,
  seed: number,
): { readonly numbers: Int32Array; readonly asked: number } {
  const rows = sets[0]?.labels.length ?? 0;
  const asked = Array.from({ length: rows }, (_, row) => row).filter((row) => sets.some(({ labels }) => (labels[row] ?? -1) >= 0));
  const room = Math.max(1, Math.floor(bytes / rowBytes));
  if (asked.length <= room) return { numbers: Int32Array.from(asked), asked: asked.length };
  const share = room / asked.length;
  // Sentences in an order of their own, so that none is preferred for where it stands; the one that no longer fits is left out.
  const lots = asked.map((row) => uniform(seed, groups?.[row] ?? row, 1));
  let limit = share;
  let taken = asked.filter((_, i) => (lots[i] ?? 1) < limit);
  while (taken.length > room) {
    limit = lots.reduce((most, lot) => (lot < limit && lot > most ? lot : most), -1);
    taken = asked.filter((_, i) => (lots[i] ?? 1) < limit);
  }
  return { numbers: Int32Array.from(taken), asked: asked.length };
}

/** Whether a sentence is held out, by its number alone. */
export function isHeld(seed: number, group: number): boolean {
  return uniform(seed, group, 2) < heldShare;
}

/** Whether the rows of a word form are held out, by its number alone. */
export function isHeldForm(seed: number, type: number): boolean {
  return uniform(seed, type, 5) < heldShare;
}

function uniform(seed: number, group: number, purpose: number): number {
  return randomStream(seed, purpose, group)() / 0x1_0000_0000;
}

/** Reads rows once through every matrix, into the order in which they are given. `onRows` hears how many rows have gone by. */
export async function readRows(
  parts: Parts,
  rows: Int32Array,
  onRows: (done: number) => Promise<void>,
): Promise<Float32Array | Float64Array> {
  const neurons = parts.reduce((sum, { columns }) => sum + columns.length, 0);
  let values: Float32Array | Float64Array = new Float32Array(rows.length * neurons);
  const ascending = Int32Array.from(rows.keys()).sort((a, b) => (rows[a] as number) - (rows[b] as number));
  const rowAt = (next: number): number => rows[ascending[next] as number] as number;
  let done = 0;
  for (const { matrix, columns, firstNeuron } of parts) {
    let next = 0;
    for await (const block of matrix.blocks()) {
      if (block.values instanceof Float64Array && values instanceof Float32Array) values = Float64Array.from(values);
      const end = block.from + block.rows;
      for (; next < rows.length && rowAt(next) < end; next++) {
        const from = (rowAt(next) - block.from) * matrix.columns;
        const to = (ascending[next] as number) * neurons + firstNeuron;
        if (columns.length === matrix.columns) values.set(block.values.subarray(from, from + matrix.columns), to);
        else for (let c = 0; c < columns.length; c++) values[to + c] = block.values[from + (columns[c] as number)] as number;
      }
      await onRows((done += block.rows));
    }
  }
  return values;
}

/** Rows in memory with the numbers that they had. */
export interface ReadRows {
  readonly numbers: Int32Array;
  readonly values: Float32Array | Float64Array;
  readonly neurons: number;
  readonly groups: Int32Array | undefined;
  /** Word form of each row of the matrices, where it is known. */
  readonly types: Int32Array | undefined;
  /** Rows that were asked for; more than there are numbers where only a sample was read. */
  readonly asked: number;
}

/** The rows of one label set that pass a test, in their order; without a copy where they stand together. */
export function rowsOf(
  { numbers, values, neurons, groups, types }: ReadRows,
  { labels, numbers: target }: Pick<LabelSet, 'labels' | 'numbers'>,
  wanted: (row: number) => boolean,
): SampleRows {
  const places = Array.from(numbers.keys()).filter(
    (place) => (labels[numbers[place] as number] as number) >= 0 && wanted(numbers[place] as number),
  );
  const pick = (column: Int32Array): Int32Array => Int32Array.from(places, (place) => column[numbers[place] as number] as number);
  const first = places[0] ?? 0;
  const together = places.every((place, i) => place === first + i);
  const kept = together
    ? values.subarray(first * neurons, (first + places.length) * neurons)
    : new (values.constructor as Float32ArrayConstructor)(places.length * neurons);
  if (!together) places.forEach((place, i) => kept.set(values.subarray(place * neurons, (place + 1) * neurons), i * neurons));
  return {
    ...{ rows: places.length, neurons, values: kept, labels: pick(labels), groups: groups ? pick(groups) : null },
    ...(target && { target: Float64Array.from(places, (place) => target[numbers[place] as number] as number) }),
    ...(types && { types: pick(types) }),
  };
}

/** The sample of a label set: rows to fit and rows held out. */
export function sampleOf(set: LabelSet, train: SampleRows, held: SampleRows): Sample {
  return { train, held, classes: set.classNames, focus: set.kind === 'binary' ? 1 : -1 };
}
