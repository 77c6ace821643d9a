/**
 * How far the taggers' values can be trusted, as measured on gold English text (UD English: EWT test, web; GUM test, mixed
 * genres; PUD test, news and encyclopedia). A label that is 85 % right caps what a perfect neuron can reach, so these
 * figures stand beside every score that rests on a tagger.
 */

import type { AttributeSource } from '../corpus';

export type WinkAttribute = 'wink.upos' | 'wink.xpos' | 'wink.upos.agreed' | 'wink.ner';

const ofAttribute: Readonly<Record<WinkAttribute, string>> = {
  'wink.upos': 'accuracy 88.8 % on web text, 91.8 % on mixed genres, 92.6 % on news',
  'wink.xpos': 'accuracy 84.7 % on web text, 89.5 % on mixed genres, 89.1 % on news',
  'wink.upos.agreed': 'keeps 92 to 94 % of words; accuracy on them 92.4 % on web text, 95.4 % on mixed genres, 94.9 % on news',
  'wink.ner': 'not measured: no gold data; dates, amounts, numbers and addresses only',
};

/** One sentence on an attribute as a whole. */
export function attributeReliability(name: WinkAttribute): string {
  return ofAttribute[name];
}

/** F1 of a value in per cent: lowest and highest over the test sets. */
type F1Range = readonly [low: number, high: number];

// wink-nlp, measured on GUM alone.
const upos: Readonly<Record<string, F1Range>> = {
  DET: [98, 98],
  PRON: [96, 96],
  PART: [95, 95],
  NUM: [95, 95],
  ADP: [94, 94],
  NOUN: [92, 92],
  AUX: [92, 92],
  VERB: [88, 88],
  ADV: [85, 85],
  PROPN: [84, 84],
  ADJ: [82, 82],
  SCONJ: [66, 66],
  INTJ: [55, 55],
};

// wink-pos-tagger, on all three.
const xpos: Readonly<Record<string, F1Range>> = {
  VBZ: [92.3, 93.2],
  VBD: [87, 89.9],
  VBG: [89.5, 90.9],
  VBN: [78.7, 84.5],
  VB: [84, 88],
  VBP: [83, 86],
  NNS: [83.8, 90.9],
  NNPS: [83.8, 90.9],
  JJR: [87, 89],
  RBR: [87, 89],
  JJS: [88, 100],
  RBS: [88, 100],
  MD: [95, 97],
  WDT: [89, 92],
  WP: [89, 92],
  WRB: [89, 92],
};

/** Parts of speech that must be offered as low confidence only: any capital attracts PROPN, SCONJ is confused with ADP. */
const lowConfidence: ReadonlySet<string> = new Set(['PROPN', 'SCONJ', 'INTJ', 'X', 'SYM', 'NNP', 'NNPS', 'FW', 'UH']);

export interface ValueReliability {
  /** Measured F1 in per cent (lowest and highest over test sets), where it was measured. */
  readonly f1: F1Range | undefined;
  readonly lowConfidence: boolean;
  /** Both as words to show, such as `F1 87 to 89.9 %`. */
  readonly text: string;
}

/** The source of one value of an attribute: a tagger is trusted value by value where that was measured. */
export function valueSource(attribute: string, value: string, source: AttributeSource): AttributeSource {
  const measured = source.kind === 'automatic' && (attribute === 'wink.upos' || attribute === 'wink.xpos');
  return measured ? { ...source, reliability: valueReliability(attribute, value).text } : source;
}

/** What one value of a tagger's attribute, such as `VBD`, can be trusted with. */
export function valueReliability(name: WinkAttribute, value: string): ValueReliability {
  const f1 = name === 'wink.xpos' ? xpos[value] : name === 'wink.upos' ? upos[value] : undefined;
  const low = name === 'wink.ner' || lowConfidence.has(value);
  const figure = f1 === undefined ? 'not measured by itself' : f1[0] === f1[1] ? `F1 ${f1[0]} %` : `F1 ${f1[0]} to ${f1[1]} %`;
  return { f1, lowConfidence: low, text: low ? `${figure}; low confidence` : figure };
}
