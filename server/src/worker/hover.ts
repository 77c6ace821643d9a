import { basename } from 'node:path';
import { sentenceInput } from '../activations/sentenceInput';
import { linkedConcepts } from './linkedConcepts';
import { WordsOfStudy } from './neuronsAtWord';
import { withStudy } from './openStudy';
import type { OpenStudy } from './openStudy';
import { tokenizerFor } from './openModel';
import type { JobHandler } from './serve';
import { tagOf } from './wordTag';

const looked = new WeakMap<OpenStudy, WordsOfStudy>();

/** The words of a study, with all that was opened to look at them before. */
export function wordsOf(study: OpenStudy): WordsOfStudy {
  const known = looked.get(study) ?? new WordsOfStudy(study);
  looked.set(study, known);
  return known;
}

/** What fires at a word, and what is known of the word. Null where no word is, or its sentence has changed. */
export const hover: JobHandler<'hover'> = async ({ line, character, unchanged, pins, concept, result, ...ref }) =>
  withStudy(ref, async (study) => {
    const place = study.map.at(line, character, unchanged);
    if (!place) return null;
    const { corpus, model } = study;
    const sentence = corpus.sentences[corpus.words.sentence[place.word] ?? -1];
    if (!sentence) return null;
    const found = await wordsOf(study).at(place.word, pins);
    if (!found) return null;
    const linked = await linkedConcepts(result);
    return {
      ...place,
      text: sentence.text.slice(corpus.words.start[place.word], corpus.words.end[place.word]),
      pieces: piecesOf(study, place.word),
      tag: await tagOf(corpus, place.word),
      ...found,
      neurons: found.neurons.map((neuron) => ({ ...neuron, concept: linked?.of.get(neuron.neuron) ?? null })),
      strip: linked?.strip(concept) ?? null,
      model: model.name,
      corpus: basename(corpus.files[0] ?? ''),
    };
  });

function piecesOf({ corpus, model }: OpenStudy, word: number): string[] {
  const sentence = corpus.sentences[corpus.words.sentence[word] ?? -1];
  if (!sentence) return [];
  const { tokens, firstToken, lastToken } = sentenceInput(corpus, sentence, tokenizerFor(model));
  const at = word - sentence.from;
  const [first, last] = [firstToken[at] ?? -1, lastToken[at] ?? -1];
  return first < 0 ? [] : tokens.pieces.slice(first, last + 1);
}
