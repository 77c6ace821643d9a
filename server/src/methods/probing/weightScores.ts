/** Scores of neurons that follow from the weights of a linear probe alone, whoever fitted it. */
import type { Reason } from '../../protocol/reasons';
import type { Direction } from '../method';
import type { ClassScores } from '../sample';
import { entryThresholds, massRanking } from './weightMass';
import type { Weights } from './weightMass';

export interface WeightScores {
  readonly score: readonly (number | null)[];
  readonly direction: readonly Direction[];
  readonly reasons: Readonly<Record<number, Reason>>;
  readonly order: readonly number[];
  readonly beside: Readonly<Record<string, readonly (number | null)[]>>;
  readonly perClass?: readonly ClassScores[];
}

/** Weights with the names of their classes and neurons. */
export interface GivenWeights extends Weights {
  readonly names: readonly string[];
  readonly ids: readonly string[];
}

/** Rankings by `lca` or, for any other id, by mean size as `linear` has it. High values speak for the one class that there is. */
export function weightRanking(id: string, weights: GivenWeights): WeightScores {
  const { outputs, neurons, values } = weights;
  const mass = massRanking(weights);
  const direction = mass.weight.map((weight): Direction => (outputs === 1 && weight < 0 ? -1 : 1));
  const reasons: Record<number, Reason> = {};
  mass.entry.forEach((entry, j) => {
    if (entry === null) reasons[j] = 'no-weight';
  });
  const weight = mass.weight.map((value, j) => (mass.entry[j] === null ? null : value));
  if (id === 'lca')
    return { score: mass.entry, direction, reasons, order: mass.order, beside: { class: mass.output, weight }, ...massByClass(weights) };
  const score = Array.from({ length: neurons }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += Math.abs(values[k * neurons + j] as number);
    return mass.entry[j] === null ? null : sum / outputs;
  });
  const order = [...mass.order].sort((a, b) => (score[b] ?? 0) - (score[a] ?? 0) || a - b);
  return { score, direction, reasons, order, beside: { weight } };
}

/** The order within each class, where there are several: the share of its weight that larger weights hold. */
export function massByClass(weights: Omit<GivenWeights, 'ids'>): { readonly perClass?: readonly ClassScores[] } {
  const { outputs, neurons, names } = weights;
  if (outputs === 1) return {};
  const entries = entryThresholds(weights);
  return {
    perClass: names.map((name, k) => ({
      name,
      score: Array.from(entries.subarray(k * neurons, (k + 1) * neurons), (share) => (share < 0 ? null : share)),
    })),
  };
}
