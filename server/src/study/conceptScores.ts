/** Which concepts one neuron marks best on one side, with an interval for each that is listed. */
import { bootstrapRounds, bootstrapWeights, intervalObstacle, percentileInterval } from '../methods/evidence/bootstrap';
import { sentencesOf } from '../methods/evidence/shuffles';
import { detectWeighted, detector, tiesWith } from '../methods/statistics/detection';
import type { Detection } from '../methods/statistics/detection';
import type { SortedColumn } from '../methods/statistics/order';
import { groupedRows } from '../methods/statistics/ties';
import type { ConceptScore } from '../protocol/messages';
import { sameRows } from './labelledConcepts';
import type { LabelledConcept } from './labelledConcepts';

export interface ConceptsAsked {
  readonly values: Float32Array;
  readonly sorted: SortedColumn;
  readonly rows: { readonly sentence: Int32Array };
  /** Concepts that may be listed. */
  readonly concepts: readonly LabelledConcept[];
  /** The selected one, which is compared under its own name, however rare. */
  readonly concept: LabelledConcept | null;
  readonly side: 'high' | 'low';
  readonly ranked: { luck(concept: string): number | null };
  readonly pause: () => Promise<void>;
}

const listed = 5;
/** As rankings have it, so that both give the same interval. */
const bootstrap = { rounds: bootstrapRounds, seed: 1 };
/** Rows up to which every listed concept gets an interval; beyond, only the selected one or else the best does. */
const rowsForAll = 50_000;

/** The concepts that the side marks best, by what they gain over chance. Throws what `pause` throws. */
export async function bestConcepts(asked: ConceptsAsked): Promise<ConceptScore[]> {
  const { values, sorted, side, concept: selected, pause } = asked;
  const detect = detector(values.length);
  const grouped = groupedRows(sorted);
  const scored: { concept: LabelledConcept; score: number; chance: number; gain: number }[] = [];
  for (const concept of compared(asked)) {
    const { positive, negative } = concept.support;
    if (positive === 0 || negative === 0) continue;
    const score = ofSide(detect(grouped, concept.rows), side);
    const chance = positive / (positive + negative);
    scored.push({ concept, score, chance, gain: (score - chance) / (1 - chance) });
    await pause();
  }
  const best = scored.sort((a, b) => b.gain - a.gain).slice(0, listed);
  const first = best.find(({ concept }) => concept.name === selected?.name) ?? best[0];
  const intervals = intervalFinder(asked);
  const found: ConceptScore[] = [];
  for (const each of best) {
    const { concept, score, chance } = each;
    found.push({
      ...{ concept: concept.name, aliases: concept.aliases, score, chance, support: concept.support },
      direction: side === 'high' ? 1 : -1,
      interval: sorted.rows.length <= rowsForAll || each === first ? await intervals(concept) : null,
      luck: asked.ranked.luck(concept.name),
    });
  }
  return found;
}

function ofSide({ apHigh, apLow }: Detection, side: 'high' | 'low'): number {
  return side === 'high' ? apHigh : apLow;
}

/** All concepts, the selected one in place of one with the same rows. */
function compared({ concepts, concept }: ConceptsAsked): readonly LabelledConcept[] {
  if (!concept) return concepts;
  const same = concepts.find(({ rows }) => sameRows(rows, concept.rows));
  if (!same) return [...concepts, concept];
  if (same.name === concept.name) return concepts;
  const aliases = [same.name, ...same.aliases].filter((name) => name !== concept.name);
  return concepts.map((each) => (each === same ? { ...concept, aliases } : each));
}

/** 95 % intervals of one neuron: sentences drawn with replacement, the same draws for every concept. */
function intervalFinder({
  values,
  sorted,
  rows,
  side,
  pause,
}: ConceptsAsked): (concept: LabelledConcept) => Promise<ConceptScore['interval']> {
  const sentences = sentencesOf(rows.sentence, values.length);
  const unit = Int32Array.from(sorted.rows, (row) => sentences.ofRow[row] ?? 0);
  const inSentence = countBy(unit, sentences.count);
  let draws: readonly Uint8Array[] | undefined;
  return async (concept) => {
    const marked = new Uint8Array(values.length);
    for (const row of concept.rows) marked[row] = 1;
    const marks = Uint8Array.from(sorted.rows, (row) => marked[row] ?? 0);
    const held = tiesWith(sorted, marks);
    const carrying = countBy(unit.filter((_, place) => marks[place] === 1), sentences.count); // prettier-ignore
    const support = {
      carrying: carrying.filter((rows) => rows > 0).length,
      other: inSentence.filter((rows, sentence) => rows > carrying[sentence]!).length,
      known: true,
    };
    if (intervalObstacle(support) !== null) return null;
    draws ??= bootstrapWeights(sentences, bootstrap);
    const scores: number[] = [];
    for (const weights of draws) {
      const [positives, total] = [weighed(weights, carrying), weighed(weights, inSentence)];
      const detection = detectWeighted({ column: sorted, marks, held, unit, weights, positives, total });
      if (detection) scores.push(ofSide(detection, side));
      await pause();
    }
    return percentileInterval(scores, bootstrap.rounds);
  };
}

function countBy(units: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const unit of units) counts[unit] = (counts[unit] ?? 0) + 1;
  return counts;
}

function weighed(weights: Uint8Array, counts: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (counts[i] ?? 0);
  return sum;
}
