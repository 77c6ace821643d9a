/** Picking rows out of a batch's output. */
import type { RowSources } from './batches';

/** Puts rows `from..to` of a batch's output side by side, sub-words averaged in float64. */
export function gatherRows(
  values: Float32Array,
  { offsets, items, positions }: RowSources,
  from: number,
  to: number,
  width: number,
  length: number,
  shift: number,
  run: Float32Array,
): void {
  const cell = (j: number): number => ((items[j] as number) * length + (positions[j] as number) + shift) * width;
  for (let i = from; i < to; i++) {
    const first = offsets[i] as number;
    const count = (offsets[i + 1] as number) - first;
    const at = (i - from) * width;
    if (count === 1) {
      run.set(values.subarray(cell(first), cell(first) + width), at);
      continue;
    }
    for (let c = 0; c < width; c++) {
      let sum = 0;
      for (let j = first; j < first + count; j++) sum += values[cell(j) + c] as number;
      run[at + c] = sum / count;
    }
  }
}
