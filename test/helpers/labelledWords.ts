/** Which words of a sentence carry a concept. */
import { parseConcept } from '../../server/src/corpus/concepts/concept';
import { labelsOf } from '../../server/src/corpus/concepts/labels';
import type { Corpus } from '../../server/src/corpus/corpus';
import { corpusOf } from './corpora';

/** Words between blanks, one sentence. */
export const sentence = (text: string): Corpus => corpusOf([text], [text.split(' ')]);

/** Labels of a concept over words between blanks. */
export const labels = (concept: string, corpus: Corpus | string): number[] => [
  ...labelsOf(parseConcept(concept), typeof corpus === 'string' ? sentence(corpus) : corpus).labels,
];

/** The words that carry a concept. */
export const carriers = (concept: string, text: string): string[] => {
  const marked = labels(concept, text);
  return text.split(' ').filter((_, w) => marked[w] === 1);
};
