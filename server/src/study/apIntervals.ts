/** Intervals of one neuron's average precision for several concepts at once: the draws are walked through once, not once a concept. */
import { bootstrapRounds, bootstrapWeights, intervalObstacle, percentileInterval } from '../methods/evidence/bootstrap';
import { sentencesOf } from '../methods/evidence/shuffles';
import type { SortedColumn } from '../methods/statistics/order';

/** As rankings have it, so that both give the same interval. */
const bootstrap = { rounds: bootstrapRounds, seed: 1 };

export interface IntervalsAsked {
  readonly sorted: SortedColumn;
  /** Sentence of every row. */
  readonly sentence: Int32Array;
  readonly side: 'high' | 'low';
  readonly pause: () => Promise<void>;
}

/**
 * 95 % intervals, one a list of carrying rows, by drawing sentences with replacement; null where too few sentences carry the
 * concept or lack it. The sums are those of `detectWeighted`, in float64. Throws what `pause` throws.
 */
export async function apIntervals(
  { sorted, sentence, side, pause }: IntervalsAsked,
  concepts: readonly Int32Array[],
): Promise<(readonly [number, number] | null)[]> {
  if (concepts.length === 0) return [];
  const n = sorted.rows.length;
  const sentences = sentencesOf(sentence, sentence.length);
  const unit = Int32Array.from(sorted.rows, (row) => sentences.ofRow[row]!);
  const carrying = concepts.map((rows) => carried(sorted, rows, sentences.ofRow));
  const scores: number[][] = concepts.map(() => []);
  // Weight of all places before each one.
  const before = new Float64Array(n + 1);
  for (const weights of bootstrapWeights(sentences, bootstrap)) {
    for (let place = 0; place < n; place++) before[place + 1] = before[place]! + weights[unit[place]!]!;
    carrying.forEach((rows, c) => {
      const score = averagePrecision(rows, weights, before, sorted.tieStarts, side);
      if (score !== null) scores[c]!.push(score);
    });
    await pause();
  }
  const inSentence = countBy(unit, sentences.count);
  return scores.map((drawn, c) => {
    const own = countBy(carrying[c]!.unit, sentences.count);
    const support = {
      carrying: own.filter((rows) => rows > 0).length,
      other: inSentence.filter((rows, at) => rows > own[at]!).length,
      known: true,
    };
    return intervalObstacle(support) === null ? percentileInterval(drawn, bootstrap.rounds) : null;
  });
}

function countBy(units: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const unit of units) counts[unit] = counts[unit]! + 1;
  return counts;
}

/** The rows that carry a concept in ascending order of value: the tie of each and its sentence. */
interface Carried {
  readonly tie: Int32Array;
  readonly unit: Int32Array;
}

function carried({ tie }: SortedColumn, rows: Int32Array, ofRow: Int32Array): Carried {
  // A row whose value is no number takes no part.
  const ordered = rows.filter((row) => tie[row]! >= 0).sort((a, b) => tie[a]! - tie[b]!);
  return { tie: ordered.map((row) => tie[row]!), unit: ordered.map((row) => ofRow[row]!) };
}

/** Null where all weight lies on one side. */
function averagePrecision(
  { tie, unit }: Carried,
  weights: Uint8Array,
  before: Float64Array,
  tieStarts: Int32Array,
  side: 'high' | 'low',
): number | null {
  const total = before[before.length - 1]!;
  let positives = 0;
  for (let i = 0; i < unit.length; i++) positives += weights[unit[i]!]!;
  if (positives === 0 || positives === total) return null;
  let [below, sum] = [0, 0];
  for (let i = 0; i < tie.length;) {
    const group = tie[i]!;
    let tied = 0;
    for (; i < tie.length && tie[i] === group; i++) tied += weights[unit[i]!]!;
    if (tied === 0) continue;
    sum +=
      side === 'high'
        ? (tied * (positives - below)) / (total - before[tieStarts[group]!]!)
        : (tied * (below + tied)) / before[tieStarts[group + 1]!]!;
    below += tied;
  }
  return sum / positives;
}
