/**
 * Neurons by the weight that a probe gives them, as Linguistic Correlation Analysis orders them (Dalvi et al. 2019): those
 * first that are needed to gather a share of a class's weight. Where NeuroX walks through percents and leaves the order
 * within one to chance, this is its limit: every neuron enters at the share of weight that stands before it.
 */

/** Weights of a probe without biases: outputs × neurons. */
export interface Weights {
  readonly outputs: number;
  readonly neurons: number;
  readonly values: Float64Array;
}

/** outputs × neurons: share of the output's weight that larger weights hold; −1 where the neuron has none. Ties by number. */
export function entryThresholds({ outputs, neurons, values }: Weights): Float64Array {
  const entry = new Float64Array(outputs * neurons).fill(-1);
  for (let k = 0; k < outputs; k++) {
    const size = values.subarray(k * neurons, (k + 1) * neurons).map(Math.abs);
    const order = Array.from(size.keys()).filter((j) => (size[j] as number) > 0);
    order.sort((a, b) => (size[b] as number) - (size[a] as number) || a - b);
    const total = order.reduce((sum, j) => sum + (size[j] as number), 0);
    let before = 0;
    for (const j of order) {
      entry[k * neurons + j] = before / total;
      before += size[j] as number;
    }
  }
  return entry;
}

export interface MassRanking {
  /** Smallest entry threshold over the outputs; null where the neuron has no weight. */
  readonly entry: readonly (number | null)[];
  /** The output in which it enters first; of several, that with the largest weight. Null as above. */
  readonly output: readonly (number | null)[];
  /** Its largest weight in size, with sign. */
  readonly weight: readonly number[];
  /** Neurons with weight, first to enter first; ties by larger weight, then by number. */
  readonly order: readonly number[];
}

/** The order over all outputs. */
export function massRanking(weights: Weights): MassRanking {
  const { outputs, neurons, values } = weights;
  const thresholds = entryThresholds(weights);
  const entry: (number | null)[] = [];
  const output: (number | null)[] = [];
  const weight: number[] = [];
  for (let j = 0; j < neurons; j++) {
    let first = -1;
    let largest = 0;
    for (let k = 0; k < outputs; k++) {
      const [threshold, value] = [thresholds[k * neurons + j] as number, values[k * neurons + j] as number];
      if (Math.abs(value) > Math.abs(largest)) largest = value;
      if (threshold < 0) continue;
      const best = first < 0 ? Infinity : (thresholds[first * neurons + j] as number);
      const earlier = threshold < best || (threshold === best && Math.abs(value) > Math.abs(values[first * neurons + j] as number));
      if (earlier) first = k;
    }
    entry.push(first < 0 ? null : (thresholds[first * neurons + j] as number));
    output.push(first < 0 ? null : first);
    weight.push(largest);
  }
  const size = (j: number): number => Math.abs(weight[j] as number);
  const order = Array.from(entry.keys()).filter((j) => entry[j] !== null);
  order.sort((a, b) => (entry[a] as number) - (entry[b] as number) || size(b) - size(a) || a - b);
  return { entry, output, weight, order };
}
