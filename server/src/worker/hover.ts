import { basename } from 'node:path';
import { sentenceInput } from '../activations/sentenceInput';
import type { WordFacts } from '../protocol/interactive';
import { linkedConcepts } from './linkedConcepts';
import { WordsOfStudy } from './neuronsAtWord';
import { withStudy } from './openStudy';
import type { OpenStudy } from './openStudy';
import { tokenizerFor } from './openModel';
import type { JobHandler } from './serve';

const looked = new WeakMap<OpenStudy, WordsOfStudy>();

/** Attributes in which a word's tag is looked for; then any other that a person annotated. */
const tagNames = ['upos', 'xpos', 'pos', 'tag', 'ner', 'label'];

/** What fires at a word, and what is known of the word. Null where no word is, or its sentence has changed. */
export const hover: JobHandler<'hover'> = async ({ line, character, unchanged, pins, concept, result, ...ref }) =>
  withStudy(ref, async (study) => {
    const place = study.map.at(line, character, unchanged);
    if (!place) return null;
    const { corpus, model } = study;
    const sentence = corpus.sentences[corpus.words.sentence[place.word] ?? -1];
    if (!sentence) return null;
    let words = looked.get(study);
    if (!words) looked.set(study, (words = new WordsOfStudy(study)));
    const found = await words.at(place.word, pins);
    if (!found) return null;
    const linked = await linkedConcepts(result);
    return {
      ...place,
      text: sentence.text.slice(corpus.words.start[place.word], corpus.words.end[place.word]),
      pieces: piecesOf(study, place.word),
      tag: tagOf(study, place.word),
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

function tagOf({ corpus }: OpenStudy, word: number): WordFacts['tag'] {
  const named = tagNames.flatMap((name) => corpus.attributes.get(name) ?? []);
  for (const { name, values, ids } of [...named, ...corpus.attributes.values()]) {
    const value = values[ids[word] ?? -1];
    if (value !== undefined) return { attribute: name, value };
  }
  return null;
}
