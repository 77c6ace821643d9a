/** The few strongest of many neurons, kept while they pass by. */

export interface BestOf {
  /** Takes a neuron in if it is among the strongest so far; of equals the first stays. */
  offer(neuron: number, strength: number): void;
  /** The neurons kept, strongest first. */
  neurons(): readonly number[];
  /** Strength of the strongest; −∞ without any. */
  strongest(): number;
}

export function bestOf(count: number): BestOf {
  const kept: { neuron: number; strength: number }[] = [];
  return {
    offer(neuron, strength) {
      const weakest = kept[kept.length - 1];
      if (kept.length === count && weakest && !(strength > weakest.strength)) return;
      if (kept.length === count) kept.pop();
      let at = kept.length;
      while (at > 0 && kept[at - 1]!.strength < strength) at--;
      kept.splice(at, 0, { neuron, strength });
    },
    neurons: () => kept.map(({ neuron }) => neuron),
    strongest: () => kept[0]?.strength ?? -Infinity,
  };
}
