import type { Jobs } from '../protocol/jobs';
import { linkedConcepts } from './linkedConcepts';
import { wordsOf } from './hover';
import { withStudy } from './openStudy';
import { pauses } from './pause';
import type { JobHandler } from './serve';

/** Places of a word that are looked at: enough to tell what it always does from what one sentence did to it. */
const mostLooked = 8;
const listed = 10;

type Neurons = Jobs['word-neurons']['result']['neurons'];

/** The neurons that are unusual where a word stands, at most of its places first. */
export const wordNeurons: JobHandler<'word-neurons'> = async ({ text, result, ...ref }, { signal }) =>
  withStudy(ref, async (study) => {
    const pause = pauses(signal);
    const { words, sentences } = study.corpus;
    const wanted = text.toLowerCase();
    const places: number[] = [];
    words.sentence.forEach((sentence, word) => {
      const own = sentences[sentence]?.text.slice(words.start[word], words.end[word]);
      if (own?.toLowerCase() === wanted) places.push(word);
    });
    const found = new Map<string, { side: 'high' | 'low'; seen: number; distance: number }>();
    let looked = 0;
    for (const word of spread(places)) {
      await pause();
      const at = await wordsOf(study).neurons(word, []);
      // At the first position of a causal model's input all neurons are unusual, whatever stands there.
      if (!at || at.firstPosition) continue;
      const { neurons } = at;
      looked += 1;
      for (const { neuron, percentile } of neurons) {
        const side = percentile < 50 ? 'low' : 'high';
        const known = found.get(`${neuron} ${side}`) ?? { side, seen: 0, distance: 0 };
        found.set(`${neuron} ${side}`, { side, seen: known.seen + 1, distance: known.distance + Math.abs(percentile - 50) });
      }
    }
    const linked = await linkedConcepts(result);
    const neurons: Neurons = [...found]
      .sort(([, a], [, b]) => b.seen - a.seen || b.distance - a.distance)
      .slice(0, listed)
      .map(([key, { side, seen }]) => {
        const [neuron = ''] = key.split(' ');
        return { neuron, side, seen, concept: linked?.of.get(neuron)?.concept ?? null };
      });
    return { places: places.length, looked, neurons };
  });

/** Some of the places, spread over all of them. */
function spread(places: readonly number[]): readonly number[] {
  const step = places.length / Math.min(mostLooked, places.length);
  return Array.from({ length: Math.min(mostLooked, places.length) }, (_, i) => places[Math.floor(i * step)] ?? 0);
}
