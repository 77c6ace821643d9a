/** What a word is annotated with, where one annotation must stand for all. */
import type { Corpus } from '../corpus/corpus';

/** A value of an attribute that a word carries. */
export interface Annotation {
  readonly attribute: string;
  readonly value: string;
  /** A tagger's word, not a person's. */
  readonly automatic: boolean;
}

/** Attributes in which a word's annotation is looked for; then any other that it carries. */
const commonest = ['upos', 'xpos', 'pos', 'tag', 'ner', 'label', 'wink.upos'];

/** The annotation of a word, by the attribute that is asked for before the common ones; null where it carries none. */
export function annotationOf({ attributes }: Corpus, word: number, attribute?: string): Annotation | null {
  const named = [...(attribute === undefined ? [] : [attribute]), ...commonest].flatMap((name) => attributes.get(name) ?? []);
  for (const { name, values, ids, source } of [...named, ...attributes.values()]) {
    const value = values[ids[word] ?? -1];
    if (value !== undefined) return { attribute: name, value, automatic: source.kind === 'automatic' };
  }
  return null;
}
