/** What proposals would come to by luck: words of the sentences left out exchanged within each sentence, the same for all neurons. */
import { integerBelow, randomStream } from '../methods/statistics/random';

/** A neuron and its set of words in the rows left out, as far as their correlation takes. */
export interface Trial {
  readonly values: ArrayLike<number>;
  /** Rows of the set. */
  readonly positives: Int32Array;
  /** Of the neuron over the rows left out. */
  readonly mean: number;
  /** The correlation is the sum of the values over the set less their mean, times this; below 0 where low values mark the set. */
  readonly scale: number;
}

/** The correlation of a trial; `rowOf` says whose value a row of the set is given. */
export function correlationOf({ values, positives, mean, scale }: Trial, rowOf?: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < positives.length; i++) {
    const row = positives[i]!;
    sum += values[rowOf ? rowOf[row]! : row]! - mean;
  }
  return sum * scale;
}

/** Shuffles of the rows left out, with the best correlation of each. */
export class ShuffledTrials {
  readonly #rowOf: readonly Int32Array[];
  readonly #best: Float64Array;

  constructor(held: Uint8Array, sentenceOf: Int32Array, { rounds, seed }: { readonly rounds: number; readonly seed: number }) {
    const sentences = new Map<number, number[]>();
    held.forEach((one, row) => {
      if (one === 0) return;
      const known = sentences.get(sentenceOf[row]!);
      if (known) known.push(row);
      else sentences.set(sentenceOf[row]!, [row]);
    });
    this.#rowOf = Array.from({ length: rounds }, (_, round) => shuffled([...sentences.values()], held.length, seed, round));
    this.#best = new Float64Array(rounds).fill(-1);
  }

  /** Tries a neuron under every shuffle. */
  take(trial: Trial): void {
    this.#rowOf.forEach((rowOf, round) => (this.#best[round] = Math.max(this.#best[round]!, correlationOf(trial, rowOf))));
  }

  /** Best of each shuffle, ascending. */
  best(): Float64Array {
    return this.#best.slice().sort();
  }
}

/** For every row another of its sentence, each once. */
function shuffled(sentences: readonly (readonly number[])[], rows: number, seed: number, round: number): Int32Array {
  const rowOf = new Int32Array(rows);
  const next = randomStream(seed, round);
  for (const own of sentences) {
    const order = [...own];
    for (let i = order.length - 1; i > 0; i--) {
      const other = integerBelow(next, i + 1);
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    own.forEach((row, i) => (rowOf[row] = order[i]!));
  }
  return rowOf;
}
