/** Small corpora for tests that need one without a reader. */
import type { Corpus } from '../../server/src/corpus/corpus';
import { segment } from '../../server/src/corpus/taggers/segment';

interface Word {
  readonly start: number;
  readonly end: number;
}

/** A corpus of these sentences; their words by the segmenter, or given as forms to be found in the text one after another. */
export function corpusOf(texts: readonly string[], forms?: readonly (readonly string[])[]): Corpus {
  const words = texts.map((text, s) => {
    const given = forms?.[s];
    return given ? located(text, given) : segment(text).sentences.flatMap((sentence) => sentence.words);
  });
  const all = words.flatMap((list, s) => list.map((word) => ({ ...word, s })));
  let from = 0;
  const sentences = texts.map((text, s) => {
    const to = from + (words[s]?.length ?? 0);
    const sentence = { text, from, to, line: s + 1, id: undefined };
    from = to;
    return sentence;
  });
  return {
    files: [],
    format: 'text',
    guessed: false,
    notes: [],
    hash: '',
    pretokenised: forms !== undefined,
    sentences,
    words: {
      count: all.length,
      sentence: Int32Array.from(all, ({ s }) => s),
      start: Int32Array.from(all, ({ start }) => start),
      end: Int32Array.from(all, ({ end }) => end),
      spaceAfter: new Uint8Array(all.length).fill(1),
      line: Int32Array.from(all, ({ s }) => s + 1),
      column: Int32Array.from(all, ({ start }) => start + 1),
      columnEnd: Int32Array.from(all, ({ end }) => end + 1),
    },
    attributes: new Map(),
    warnings: [],
  };
}

function located(text: string, forms: readonly string[]): Word[] {
  let cursor = 0;
  return forms.map((form) => {
    const start = text.indexOf(form, cursor);
    if (start < 0) throw new Error(`"${form}" is not in "${text}"`);
    cursor = start + form.length;
    return { start, end: cursor };
  });
}
