/** Penn Treebank tags as universal parts of speech. */

const byTag: Readonly<Record<string, string>> = {
  CC: 'CCONJ',
  CD: 'NUM',
  DT: 'DET',
  EX: 'PRON',
  FW: 'X',
  IN: 'ADP',
  JJ: 'ADJ',
  JJR: 'ADJ',
  JJS: 'ADJ',
  LS: 'X',
  MD: 'AUX',
  NN: 'NOUN',
  NNS: 'NOUN',
  NNP: 'PROPN',
  NNPS: 'PROPN',
  PDT: 'DET',
  POS: 'PART',
  PRP: 'PRON',
  PRP$: 'PRON',
  RB: 'ADV',
  RBR: 'ADV',
  RBS: 'ADV',
  RP: 'ADP',
  SYM: 'SYM',
  TO: 'PART',
  UH: 'INTJ',
  VB: 'VERB',
  VBD: 'VERB',
  VBG: 'VERB',
  VBN: 'VERB',
  VBP: 'VERB',
  VBZ: 'VERB',
  WDT: 'PRON',
  WP: 'PRON',
  WP$: 'PRON',
  WRB: 'ADV',
};

const forms = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const be = forms("be am is are was were been being 's 're 'm ’s ’re ’m");
const haveOrDo = forms("have has had having do does did 've ’ve 'd ’d");
const negation = forms("not n't n’t nt");
const demonstratives = forms('this that these those');
const subordinators = forms('because although though while whereas unless whether if since until');
const symbols = forms('$ % £ € ¥ + = < > # & @ * / ^ ~ | \\');
const dets = forms('which what whatever whichever');

/**
 * The universal part of speech of a Penn tag in its context, or `undefined` for a tag outside the set. The treebanks differ
 * where words have several roles, so a few closed classes are decided by the form and the next tags: auxiliaries before a verb,
 * `to` before anything but an infinitive, pronouns among determiners.
 *
 * @param tags all tags of the sentence
 * @param lower all forms, lower-cased
 */
export function universalTag(tags: readonly string[], lower: readonly string[], at: number): string | undefined {
  const tag = tags[at] ?? '';
  const form = lower[at] ?? '';
  if (symbols.has(form)) return form === '&' ? 'CCONJ' : 'SYM';
  if (!/[\p{L}\p{N}]/u.test(form)) return 'PUNCT';
  if (negation.has(form)) return 'PART';
  if (form === 'to') return /^VB/.test(afterAdverbs(tags, at)) ? 'PART' : 'ADP';
  if (tag.startsWith('VB')) {
    if (be.has(form)) return 'AUX';
    if (haveOrDo.has(form) && helps(tags, lower, at)) return 'AUX';
  }
  if (tag === 'IN' && form === 'that') return 'SCONJ';
  if (tag === 'IN' && subordinators.has(form)) return 'SCONJ';
  if (tag === 'DT' && demonstratives.has(form) && !beginsNounPhrase(tags[at + 1])) return 'PRON';
  if ((tag === 'WDT' || tag === 'WP') && dets.has(form) && /^(NN|JJ)/.test(tags[at + 1] ?? '')) return 'DET';
  return byTag[tag];
}

/** The first tag after `at` that is not an adverb's. */
function afterAdverbs(tags: readonly string[], at: number): string {
  let next = at + 1;
  while (/^RB/.test(tags[next] ?? '')) next += 1;
  return tags[next] ?? '';
}

/** Whether a form of have or do is followed by its main verb, across adverbs, negation and one pronoun (did you see). */
function helps(tags: readonly string[], lower: readonly string[], at: number): boolean {
  for (let next = at + 1; next < Math.min(tags.length, at + 5); next += 1) {
    const tag = tags[next] ?? '';
    if (tag === 'VB' || tag === 'VBN' || tag === 'VBD') return true;
    if (!/^(RB|PRP$)/.test(tag) && !negation.has(lower[next] ?? '')) return false;
  }
  return false;
}

function beginsNounPhrase(tag: string | undefined): boolean {
  return tag !== undefined && /^(NN|JJ|CD|VBG|VBN|RB|PRP\$)/.test(tag);
}
