/** The last ranking as hovers read it: the concept that each neuron marks best, and the best score of every layer. */
import { readFile } from 'node:fs/promises';
import type { NeuronAtWord, WordFacts } from '../protocol/interactive';
import { bestByLayer, gain, scaleOf, strength } from '../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../protocol/results';
import { parseResult } from '../study/resultFile';

export interface LinkedConcepts {
  readonly of: ReadonlyMap<string, NonNullable<NeuronAtWord['concept']>>;
  /** Best scores by layer of a concept; of the first ranking when the concept was not ranked. */
  strip(concept: string | null): WordFacts['strip'];
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
      if (score === null || size === null || (luck !== null && size <= luck)) return;
      const own = gain(size, scale);
      if (own <= (gains.get(neuron) ?? 0)) return;
      gains.set(neuron, own);
      const beatsLuck = luck === null ? null : true;
      of.set(neuron, {
        ...{ concept: ranking.concept, method: ranking.method, score, chance: ranking.chance },
        ...{ direction: ranking.direction[i] ?? 1, beatsLuck },
      });
    });
  }
  const strips = new Map<RankingColumns, WordFacts['strip']>();
  return {
    of,
    strip: (concept) => {
      const ranking = rankings.find((each) => each.concept === concept) ?? rankings[0];
      if (!ranking) return null;
      const known = strips.get(ranking);
      if (known) return known;
      const { method: id, chance } = ranking;
      const strip = { concept: ranking.concept, method: id, chance, best: bestByLayer(result, ranking) };
      strips.set(ranking, strip);
      return strip;
    },
  };
}
