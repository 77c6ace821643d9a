/** A greedy search on its way as numbers: what was chosen is taken again without a search. */
import type { Judgement } from './gaussianRows';

export interface Chosen {
  readonly neuron: number;
  readonly judgement: Judgement;
}

interface SearchOnTheWay {
  readonly chosen: readonly Chosen[];
  /** Every neuron by itself; null where it has values that are not finite, nothing where it was not asked. */
  readonly alone: readonly (Judgement | null)[];
  /** Of each neuron that could not be judged, how many were chosen by then; −1 for the others. */
  readonly notFinite: Int32Array;
}

/** Numbers of a neuron by itself: both of its judgement, and when it could not be judged. */
const aNeuron = 3;

/** All of it in a row: each neuron, then each that was chosen. A judgement that is missing is NaN. */
export function searchAsNumbers({ chosen, alone, notFinite }: SearchOnTheWay): Float64Array {
  return Float64Array.from([
    ...Array.from(notFinite, (when, j) => [alone[j]?.logPosterior ?? Number.NaN, alone[j]?.correct ?? Number.NaN, when]).flat(),
    ...chosen.flatMap(({ neuron, judgement: { logPosterior, correct } }) => [neuron, logPosterior, correct]),
  ]);
}

/** The reverse, for so many neurons; null where nothing is given, or something of another search. */
export function searchFromNumbers(numbers: Float64Array | null, neurons: number): SearchOnTheWay | null {
  if (!numbers || numbers.length < aNeuron * neurons || numbers.length % aNeuron !== 0) return null;
  const at = (i: number): number => numbers[i] as number;
  const alone: (Judgement | null)[] = [];
  for (let j = 0; j < neurons; j++) {
    const [logPosterior, correct] = [at(aNeuron * j), at(aNeuron * j + 1)];
    // A copy of nothing was never asked: its place stays empty.
    if (!Number.isNaN(logPosterior)) alone[j] = { logPosterior, correct };
    else if (at(aNeuron * j + 2) === 0) alone[j] = null;
  }
  const chosen = Array.from({ length: numbers.length / aNeuron - neurons }, (_, i): Chosen => {
    const from = aNeuron * (neurons + i);
    return { neuron: at(from), judgement: { logPosterior: at(from + 1), correct: at(from + 2) } };
  });
  return { chosen, alone, notFinite: Int32Array.from({ length: neurons }, (_, j) => at(aNeuron * j + 2)) };
}
