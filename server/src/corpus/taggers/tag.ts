/** Attributes that taggers of ours give to the words of a corpus. They are always marked as automatic. */
import type { Attribute, AttributeSource, Corpus } from '../corpus';
import { pennTags } from './pennTags';
import { attributeReliability, type WinkAttribute } from './reliability';
import { universalTag } from './universalTags';
import { readWithWink } from './wink';

/**
 * Tags every word of a corpus:
 * - `wink.upos`: universal part of speech by wink-nlp, read from the sentence's text and aligned by offset; a word takes the tag
 *   of the token that overlaps it most;
 * - `wink.xpos`: Penn Treebank tag by wink-pos-tagger, on the corpus's own words;
 * - `wink.upos.agreed`: `wink.upos` where both taggers say the same, nothing elsewhere: fewer words, cleaner labels;
 * - `wink.ner`: dates, amounts, numbers and addresses by wink-nlp (it knows no persons, places or organisations).
 *
 * English only; about 150,000 words a second. See `reliability.ts` for what each value can be trusted with.
 */
export function tagCorpus(corpus: Corpus): Map<WinkAttribute, Attribute> {
  const steps = tagInSteps(corpus);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** Sentences between two rests of `tagInSteps`: a few milliseconds. */
const sentencesAtOnce = 50;

/** The same with rests, for callers that must hear messages meanwhile. */
export function* tagInSteps(corpus: Corpus): Generator<void, Map<WinkAttribute, Attribute>> {
  const count = corpus.words.count;
  const upos = new Column('wink.upos', 'wink-nlp 2.4.0 with wink-eng-lite-web-model 1.8.1', count);
  const xpos = new Column('wink.xpos', 'wink-pos-tagger 2.2.2', count);
  const agreed = new Column('wink.upos.agreed', 'wink-nlp 2.4.0 where wink-pos-tagger 2.2.2 agrees', count);
  const ner = new Column('wink.ner', 'wink-nlp 2.4.0 with wink-eng-lite-web-model 1.8.1', count);

  for (const [s, { text, from, to }] of corpus.sentences.entries()) {
    if (s % sentencesAtOnce === sentencesAtOnce - 1) yield;
    const forms = Array.from({ length: to - from }, (_, i) => text.slice(corpus.words.start[from + i], corpus.words.end[from + i]));
    const penn = pennTags(forms);
    const lower = forms.map((form) => form.toLowerCase());
    const tokens = readWithWink(text);
    const tokenOf = mostOverlapping(tokens, corpus, from, to);
    forms.forEach((_, i) => {
      const word = from + i;
      const token = tokenOf[i] ?? -1;
      const universal = tokens.upos[token];
      xpos.set(word, penn[i]);
      upos.set(word, universal);
      ner.set(word, tokens.entity[token]);
      if (universal === universalTag(penn, lower, i)) agreed.set(word, universal);
    });
  }
  return new Map([upos, xpos, agreed, ner].map((column) => [column.name, column.attribute()]));
}

/** For each word of a sentence the index of the token that shares most characters with it (the first of equals), or −1. */
function mostOverlapping(
  tokens: { readonly start: readonly number[]; readonly end: readonly number[] },
  corpus: Corpus,
  from: number,
  to: number,
): Int32Array {
  const found = new Int32Array(to - from).fill(-1);
  let first = 0;
  for (let word = from; word < to; word += 1) {
    const start = corpus.words.start[word] ?? 0;
    const end = corpus.words.end[word] ?? 0;
    while (first < tokens.end.length && (tokens.end[first] ?? 0) <= start) first += 1;
    let most = 0;
    for (let t = first; t < tokens.start.length && (tokens.start[t] ?? 0) < end; t += 1) {
      const shared = Math.min(end, tokens.end[t] ?? 0) - Math.max(start, tokens.start[t] ?? 0);
      if (shared > most) {
        most = shared;
        found[word - from] = t;
      }
    }
  }
  return found;
}

/** Collects one attribute; values are numbered in the order of their first word. */
class Column {
  readonly name: WinkAttribute;
  private readonly source: AttributeSource;
  private readonly ids: Int32Array;
  private readonly numberOf = new Map<string, number>();

  constructor(name: WinkAttribute, tagger: string, count: number) {
    this.name = name;
    this.source = { kind: 'automatic', tagger, reliability: attributeReliability(name) };
    this.ids = new Int32Array(count).fill(-1);
  }

  set(word: number, value: string | undefined): void {
    if (value === undefined) return;
    let id = this.numberOf.get(value);
    if (id === undefined) {
      id = this.numberOf.size;
      this.numberOf.set(value, id);
    }
    this.ids[word] = id;
  }

  attribute(): Attribute {
    return { name: this.name, source: this.source, values: [...this.numberOf.keys()], ids: this.ids };
  }
}
