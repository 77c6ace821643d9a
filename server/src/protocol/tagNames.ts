/** What the tags of parts of speech mean, so that `VBD` is found by whoever looks for the past tense. */

/** Universal Dependencies. */
const universal: Readonly<Record<string, string>> = {
  ADJ: 'adjective',
  ADP: 'preposition or postposition',
  ADV: 'adverb',
  AUX: 'auxiliary verb',
  CCONJ: 'coordinating conjunction',
  DET: 'determiner',
  INTJ: 'interjection',
  NOUN: 'noun',
  NUM: 'number',
  PART: 'particle',
  PRON: 'pronoun',
  PROPN: 'proper noun, name',
  PUNCT: 'punctuation',
  SCONJ: 'subordinating conjunction',
  SYM: 'symbol',
  VERB: 'verb',
  X: 'other',
};

/** Penn Treebank, in the words of its guidelines. */
const penn: Readonly<Record<string, string>> = {
  CC: 'coordinating conjunction',
  CD: 'cardinal number',
  DT: 'determiner',
  EX: 'existential there',
  FW: 'foreign word',
  IN: 'preposition or subordinating conjunction',
  JJ: 'adjective',
  JJR: 'adjective, comparative',
  JJS: 'adjective, superlative',
  LS: 'list item marker',
  MD: 'modal verb',
  NN: 'noun, singular or mass',
  NNS: 'noun, plural',
  NNP: 'proper noun, singular',
  NNPS: 'proper noun, plural',
  PDT: 'predeterminer',
  POS: 'possessive ending',
  PRP: 'personal pronoun',
  PRP$: 'possessive pronoun',
  RB: 'adverb',
  RBR: 'adverb, comparative',
  RBS: 'adverb, superlative',
  RP: 'particle',
  SYM: 'symbol',
  TO: 'to',
  UH: 'interjection',
  VB: 'verb, base form',
  VBD: 'verb, past tense',
  VBG: 'verb, gerund or present participle',
  VBN: 'verb, past participle',
  VBP: 'verb, present tense, not third person singular',
  VBZ: 'verb, present tense, third person singular',
  WDT: 'wh-determiner',
  WP: 'wh-pronoun',
  WP$: 'possessive wh-pronoun',
  WRB: 'wh-adverb',
};

/**
 * What a concept such as `wink.xpos=VBD` means; null where its name says it already. Only the tagger's own tags are known to
 * be Penn's: a corpus may keep the tags of any language in its `xpos`.
 */
export function tagMeaning(concept: string): string | null {
  const [, attribute = '', value = ''] = /^([^=]*)=(.*)$/s.exec(concept) ?? [];
  if (attribute === 'wink.xpos') return own(penn, value);
  return /^(wink\.)?upos(\.agreed)?$/.test(attribute) ? own(universal, value) : null;
}

function own(names: Readonly<Record<string, string>>, value: string): string | null {
  return Object.hasOwn(names, value) ? (names[value] ?? null) : null;
}
