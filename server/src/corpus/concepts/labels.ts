/** Labels of every word for a concept: what methods compare activations with. */
import { countText } from '../../protocol/counted';
import { InputError, shown } from '../../protocol/errors';
import type { Attribute, AttributeSource, Corpus } from '../corpus';
import { wordText } from '../corpus';
import { nearest } from './concept';
import type { AttributeConcept, Concept, PhraseConcept, RuleConcept, WordsConcept } from './concept';
import { patternTest } from './pattern';
import { applyRule, rules } from './rules';

export interface ConceptLabels {
  readonly name: string;
  /** 'binary': 1 and 0; 'classes': an index into `classNames`; −1 in both for a word that is not asked. */
  readonly kind: 'binary' | 'classes';
  /** Name of each label, so ['other', 'upos=NOUN'] where it is binary. */
  readonly classNames: readonly string[];
  readonly labels: Int32Array;
  /** The corpus attribute that the labels rest on, if any: of `upos`, gold labels where there are any, else `wink.upos`. */
  readonly attribute: string | undefined;
  readonly source: AttributeSource;
  /** For one value of an attribute: the same, with −1 for words that lack the attribute (past against other tenses). */
  readonly against?: Int32Array;
}

/**
 * Labels all words of a corpus.
 * @throws InputError CONCEPT_UNKNOWN if the corpus has no such attribute or value; it names those that it has
 */
export function labelsOf(concept: Concept, corpus: Corpus): ConceptLabels {
  switch (concept.kind) {
    case 'attribute':
      return ofAttribute(concept, corpus);
    case 'words':
      return binary(concept, ofWords(corpus, wordTest(concept)), {
        kind: 'automatic',
        tagger: 'word list',
        reliability: 'exact by construction',
      });
    case 'phrase':
      return binary(concept, ofPhrases(corpus, concept), { kind: 'automatic', tagger: 'phrases', reliability: 'exact by construction' });
    case 'pattern':
      return binary(concept, ofWords(corpus, patternTest(concept.source, concept.flags)), {
        kind: 'automatic',
        tagger: 'regular expression',
        reliability: 'exact by construction',
      });
    case 'rule':
      return ofRule(concept, corpus);
  }
}

/**
 * The attribute that a name stands for: its own; `ner` and `label` for each other in BIO files; that of a tagger where
 * there is no gold one of the name (`wink.upos` for `upos`).
 */
function attributeNamed(name: string, corpus: Corpus): Attribute | undefined {
  const { attributes } = corpus;
  const other = corpus.format === 'bio' ? { ner: 'label', label: 'ner' }[name] : undefined;
  return attributes.get(name) ?? (other === undefined ? undefined : attributes.get(other)) ?? attributes.get(`wink.${name}`);
}

function ofAttribute(concept: AttributeConcept, corpus: Corpus): ConceptLabels {
  const attribute = attributeNamed(concept.attribute, corpus);
  if (!attribute) throw unknownAttribute(concept, corpus);
  const { name, source, values, ids } = attribute;
  if (concept.value === undefined) {
    return { name: concept.name, kind: 'classes', classNames: values, labels: ids, attribute: name, source };
  }
  const id = values.indexOf(concept.value);
  if (id < 0) throw unknownValue(concept, concept.value, attribute);
  const labels = ids.map((one) => (one === id ? 1 : 0));
  const against = ids.map((one) => (one < 0 ? -1 : one === id ? 1 : 0));
  return { ...binary(concept, labels, source), attribute: name, against };
}

function ofRule(concept: RuleConcept, corpus: Corpus): ConceptLabels {
  const { classes, reliability } = rules[concept.rule];
  const source: AttributeSource = { kind: 'automatic', tagger: 'rule', reliability };
  const labels = applyRule(concept.rule, corpus);
  if (!classes) return binary(concept, labels, source);
  if (concept.value === undefined)
    return { name: concept.name, kind: 'classes', classNames: classes, labels, attribute: undefined, source };
  const id = classes.indexOf(concept.value);
  return binary(
    concept,
    labels.map((one) => (one === id ? 1 : 0)),
    source,
  );
}

function binary({ name }: Concept, labels: Int32Array, source: AttributeSource): ConceptLabels {
  return { name, kind: 'binary', classNames: ['other', name], labels, attribute: undefined, source };
}

/** Asks once for each different word and not for each word. */
function ofWords(corpus: Corpus, test: (word: string) => boolean): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: corpus.words.count }, (_, w) => {
    const word = wordText(corpus, w);
    let label = known.get(word);
    if (label === undefined) known.set(word, (label = test(word) ? 1 : 0));
    return label;
  });
}

function wordTest({ words }: Pick<WordsConcept, 'words'>): (word: string) => boolean {
  const exact = new Set(words.filter((word) => word !== word.toLowerCase()));
  const anyCase = new Set(words.filter((word) => !exact.has(word)));
  return (word) => {
    const form = word.normalize('NFC');
    return exact.has(form) || anyCase.has(form.toLowerCase());
  };
}

/** 1 on the last word of each occurrence within a sentence. */
function ofPhrases(corpus: Corpus, { phrases }: PhraseConcept): Int32Array {
  const { sentence } = corpus.words;
  const labels = new Int32Array(corpus.words.count);
  for (const phrase of phrases) {
    // The sequence is looked for where its last word stands.
    const tests = phrase.map((word) => ofWords(corpus, wordTest({ words: [word] })));
    const back = phrase.length - 1;
    for (let last = back; last < labels.length; last++) {
      if (sentence[last - back] === sentence[last] && tests.every((found, i) => found[last - back + i] === 1)) labels[last] = 1;
    }
  }
  return labels;
}

function unknownAttribute({ name, attribute }: AttributeConcept, corpus: Corpus): InputError {
  const known = [...corpus.attributes.keys()];
  return new InputError(
    'CONCEPT_UNKNOWN',
    { flag: '--concept' },
    {
      found: `no attribute '${shown(attribute, 80)}' for ${shown(name, 120)}`,
      expected: known.length > 0 ? `one of ${listed(known)}` : 'an annotated corpus: this one has no attributes',
      remedy: nearest(attribute, known),
    },
  );
}

function unknownValue({ name }: AttributeConcept, value: string, attribute: Attribute): InputError {
  const none = value === 'O' || value === '_';
  return new InputError(
    'CONCEPT_UNKNOWN',
    { flag: '--concept' },
    {
      found: `no word has ${shown(name, 120)}`,
      expected: `one of ${listed(attribute.values)}`,
      remedy: none ? `${value} means that a word carries no ${shown(attribute.name, 80)}.` : nearest(value, attribute.values),
    },
  );
}

function listed(names: readonly string[]): string {
  const most = 30;
  const list = names
    .slice(0, most)
    .map((one) => shown(one, 60))
    .join(', ');
  return names.length > most ? `${list} … (${countText(names.length)})` : list;
}
