/** Which concepts one neuron marks best on one side, with an interval for each that is listed. */
import { detector } from '../methods/statistics/detection';
import type { Detection } from '../methods/statistics/detection';
import type { SortedColumn } from '../methods/statistics/order';
import { groupedRows } from '../methods/statistics/ties';
import type { ConceptScore } from '../protocol/messages';
import { apIntervals } from './apIntervals';
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
  const drawn = best.filter((each) => sorted.rows.length <= rowsForAll || each === first).map(({ concept }) => concept);
  const intervals = await apIntervals({ sorted, sentence: asked.rows.sentence, side, pause }, drawn.map(({ rows }) => rows)); // prettier-ignore
  return best.map(({ concept, score, chance }) => ({
    ...{ concept: concept.name, aliases: concept.aliases, score, chance, support: concept.support },
    direction: side === 'high' ? 1 : -1,
    interval: intervals[drawn.indexOf(concept)] ?? null,
    luck: asked.ranked.luck(concept.name),
  }));
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
