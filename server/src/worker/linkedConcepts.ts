/** The last ranking as hovers read it: the concept that each neuron marks best, and the best score of every layer. */
import { readFile } from 'node:fs/promises';
import type { NeuronAtWord } from '../protocol/interactive';
import type { LayerStrip } from '../protocol/messages';
import { bestByStack, gain, isBetter, scaleOf, strength } from '../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../protocol/results';
import { parseResult } from '../study/resultFile';

export interface LinkedConcepts {
  readonly of: ReadonlyMap<string, NonNullable<NeuronAtWord['concept']>>;
  /** Best scores by layer of a concept; of the first ranking when the concept was not ranked. */
  strip(concept: string | null): LayerStrip | null;
  /** The same of this concept alone. */
  stripOf(concept: string): LayerStrip | null;
  /** 95th percentile of the best neuron's average precision under shuffled labels; null where it was not asked for. */
  luck(concept: string): number | null;
}

let last: { readonly file: string; readonly linked: Promise<LinkedConcepts | null> } | undefined;

/** Reads a result file, once for as long as it is the one asked for; null when it is gone or is none. */
export async function linkedConcepts(file: string | null): Promise<LinkedConcepts | null> {
  if (file === null) return null;
  if (last?.file !== file) last = { file, linked: read(file) };
  return last.linked;
}

async function read(file: string): Promise<LinkedConcepts | null> {
  try {
    return linkedOf(parseResult(await readFile(file, 'utf8'), file));
  } catch {
    // A hover without concepts is still a hover; whoever opens the result hears what is wrong with it.
    return null;
  }
}

/** Links of a result, by its first method. */
export function linkedOf(result: AnalysisResult): LinkedConcepts {
  const method = result.rankings[0]?.method;
  const rankings = result.rankings.filter((ranking) => ranking.method === method);
  const of = new Map<string, NonNullable<NeuronAtWord['concept']>>();
  const gains = new Map<string, number>();
  for (const ranking of rankings) {
    const scale = scaleOf(ranking);
    const luck = ranking.null && strength(ranking, ranking.null.q95);
    result.neurons.forEach((neuron, i) => {
      const score = ranking.score[i] ?? null;
      const size = strength(ranking, score);
      if (score === null || size === null || (luck !== null && !isBetter(ranking, size, luck))) return;
      const own = gain(size, scale);
      if (own <= (gains.get(neuron) ?? 0)) return;
      gains.set(neuron, own);
      of.set(neuron, {
        ...{ concept: ranking.concept, method: ranking.method, score, chance: ranking.chance },
        direction: ranking.direction[i] ?? 1,
      });
    });
  }
  const strips = new Map<RankingColumns, LayerStrip>();
  const stripOf = (ranking: RankingColumns | undefined): LayerStrip | null => {
    if (!ranking) return null;
    const { concept, method: id } = ranking;
    const { chance } = scaleOf(ranking);
    const stacks = bestByStack(result, ranking);
    const sizes = stacks.flatMap(({ best }) => best);
    const end = sizes.reduce<number | null>((found, size) => (isBetter(ranking, size, found) ? size : found), null);
    const strip = strips.get(ranking) ?? { concept, method: id, chance, end: end ?? chance, stacks };
    strips.set(ranking, strip);
    return strip;
  };
  // Luck stands beside scores of words; that of whole sentences is another number.
  const ofWords = result.provenance.activations.unit === undefined;
  const ofConcept = (concept: string | null) => rankings.find((each) => each.concept === concept);
  return {
    of,
    strip: (concept) => stripOf(ofConcept(concept) ?? rankings[0]),
    stripOf: (concept) => stripOf(ofConcept(concept)),
    luck: (concept) =>
      ofWords ? (result.rankings.find(({ method, concept: name }) => method === 'ap' && name === concept)?.null?.q95 ?? null) : null,
  };
}
