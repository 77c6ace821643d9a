/** Penn Treebank tags: tense, number and degree, which universal parts of speech do not tell. */
import posTagger from 'wink-pos-tagger';

const tagger = posTagger();
const numberForm = /^[+-]?\d+(?:[.,:/-]\d+)*$/;
const punctuationForm = /^[’'‘`“”"[\](){}…,.!;?:-]+$/;

/**
 * Penn Treebank tags of one sentence's words, by wink-pos-tagger. Its one systematic error that would spoil a whole concept is
 * put right: `May` inside a sentence is the month, not the modal verb.
 */
export function pennTags(forms: readonly string[]): string[] {
  const tokens = forms.map((value) => {
    if (numberForm.test(value)) return { value, tag: 'number' as const };
    return { value, tag: punctuationForm.test(value) ? ('punctuation' as const) : ('word' as const) };
  });
  return tagger.tag(tokens).map(({ pos, value }, w) => (w > 0 && value === 'May' && pos === 'MD' ? 'NNP' : pos));
}
