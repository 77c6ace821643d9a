/** The tag of a word for its hover: a person's, or else a tagger's. */
import type { Corpus } from '../corpus/corpus';
import type { WordFacts } from '../protocol/interactive';
import { withTags } from './openCorpus';

/** Attributes in which a word's tag is looked for; then any other that it carries. */
const tagNames = ['upos', 'xpos', 'pos', 'tag', 'ner', 'label', 'wink.upos'];

/** The annotation of a word, or else what the tagger makes of it in its sentence, marked as automatic; null without either. */
export async function tagOf(corpus: Corpus, word: number): Promise<WordFacts['tag']> {
  const sentence = corpus.words.sentence[word] ?? -1;
  return firstTag(corpus, word) ?? firstTag(await withTags(alone(corpus, sentence)), word - (corpus.sentences[sentence]?.from ?? 0));
}

function firstTag({ attributes }: Corpus, word: number): WordFacts['tag'] {
  const named = tagNames.flatMap((name) => attributes.get(name) ?? []);
  for (const { name, values, ids, source } of [...named, ...attributes.values()]) {
    const value = values[ids[word] ?? -1];
    if (value !== undefined) return { attribute: name, value, automatic: source.kind === 'automatic' };
  }
  return null;
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
