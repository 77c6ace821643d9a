/** The tag of a word for its hover: a person's, or else a tagger's. */
import type { Corpus } from '../corpus/corpus';
import type { WordFacts } from '../protocol/interactive';
import { annotationOf } from '../study/annotation';
import { withTags } from './openCorpus';

/** The annotation of a word, or else what the tagger makes of it in its sentence, marked as automatic; null without either. */
export async function tagOf(corpus: Corpus, word: number): Promise<WordFacts['tag']> {
  const sentence = corpus.words.sentence[word] ?? -1;
  return (
    annotationOf(corpus, word) ?? annotationOf(await withTags(alone(corpus, sentence)), word - (corpus.sentences[sentence]?.from ?? 0))
  );
}

/** A corpus of one sentence of another, without its annotation: a tagger's columns are as long as the corpus. */
function alone(corpus: Corpus, s: number): Corpus {
  const sentences = corpus.sentences.slice(s, s + 1);
  const [from, to] = [sentences[0]?.from ?? 0, sentences[0]?.to ?? 0];
  const { sentence, start, end, spaceAfter, line, column, columnEnd } = corpus.words;
  const cut = <Column extends Int32Array | Uint8Array>(of: Column) => of.subarray(from, to) as Column;
  return {
    ...corpus,
    sentences: sentences.map((each) => ({ ...each, from: 0, to: to - from })),
    words: {
      count: to - from,
      ...{ sentence: cut(sentence).map(() => 0), start: cut(start), end: cut(end), spaceAfter: cut(spaceAfter) },
      ...{ line: cut(line), column: cut(column), columnEnd: cut(columnEnd) },
    },
    attributes: new Map(),
  };
}
