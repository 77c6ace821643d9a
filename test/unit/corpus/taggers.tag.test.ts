import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Attribute, Corpus } from '../../../server/src/corpus/corpus';
import { valueReliability, type WinkAttribute } from '../../../server/src/corpus/taggers/reliability';
import { tagCorpus } from '../../../server/src/corpus/taggers/tag';
import { universalTag } from '../../../server/src/corpus/taggers/universalTags';
import { corpusOf } from '../../helpers/corpora';
import { hasShared, shared } from '../../helpers/shared';

type Tags = ReadonlyMap<WinkAttribute, Attribute>;

/** The values of all words, `-` where a word has none. */
function values(tags: Tags, name: WinkAttribute): string {
  const attribute = tags.get(name);
  return Array.from(attribute?.ids ?? [], (id) => attribute?.values[id] ?? '-').join(' ');
}

describe('automatic tags', () => {
  test('plain text gets parts of speech, Penn tags and entities', () => {
    const tags = tagCorpus(corpusOf(['The dogs did not bark in May 2012.']));
    expect(values(tags, 'wink.upos')).toBe('DET NOUN AUX PART VERB ADP NOUN NUM PUNCT');
    expect(values(tags, 'wink.xpos')).toBe('DT NNS VBD RB VB IN NNP CD .');
    expect(values(tags, 'wink.upos.agreed')).toBe('DET NOUN AUX PART VERB ADP - NUM PUNCT');
    expect(values(tags, 'wink.ner')).toBe('- - - - - - DATE DATE -');
  });

  test('a word of the annotation takes the tag of the token that overlaps it most', () => {
    const text = "They don't sell state-of-the-art lamps.";
    const tags = tagCorpus(corpusOf([text], [['They', "don't", 'sell', 'state-of-the-art', 'lamps.']]));
    expect(values(tags, 'wink.upos').split(' ')).toHaveLength(5);
    expect(values(tags, 'wink.upos')).toMatch(/^PRON \w+ VERB NOUN NOUN$/);
  });

  test('several words inside one token all take its tag', () => {
    const tags = tagCorpus(corpusOf(['It cost 3,000.50 then.'], [['It', 'cost', '3', ',', '000.50', 'then', '.']]));
    expect(values(tags, 'wink.upos').split(' ').slice(2, 5)).toEqual(['NUM', 'NUM', 'NUM']);
  });

  test('where the taggers differ, no agreed tag is given', () => {
    const tags = tagCorpus(corpusOf(['Great offers: please visit us soon, thanks!']));
    const [one, both] = [values(tags, 'wink.upos').split(' '), values(tags, 'wink.upos.agreed').split(' ')];
    expect(both).toContain('-');
    both.forEach((tag, w) => expect(tag === '-' || tag === one[w]).toBe(true));
  });

  test('the month is no modal verb, whatever its name', () => {
    expect(values(tagCorpus(corpusOf(['It may rain in May.'])), 'wink.xpos')).toBe('PRP MD VB IN NNP .');
  });

  test('what was read before changes no tag', () => {
    const before = values(tagCorpus(corpusOf(["the quokka's sat"])), 'wink.upos');
    tagCorpus(corpusOf(["the quokka's, sat"]));
    expect(values(tagCorpus(corpusOf(["the quokka's sat"])), 'wink.upos')).toBe(before);
  });

  test('the contraction of I am is a pronoun and an auxiliary', () => {
    expect(values(tagCorpus(corpusOf(["I'm here; I’m sure."])), 'wink.upos')).toBe('PRON AUX ADV PUNCT PRON AUX ADJ PUNCT');
  });

  test('every attribute says that it is automatic, by which tagger and how reliable', () => {
    for (const { source } of tagCorpus(corpusOf(['A word.'])).values()) {
      expect(source).toMatchObject({
        kind: 'automatic',
        tagger: expect.stringContaining('wink'),
        reliability: expect.stringMatching(/measured|%/),
      });
    }
  });

  test('an empty corpus and a sentence without words give attributes without values', () => {
    for (const texts of [[], ['']])
      expect([...tagCorpus(corpusOf(texts)).values()].map(({ values, ids }) => [values.length, ids.length])).toEqual(Array(4).fill([0, 0]));
  });

  test('hostile words are tagged like others', () => {
    const forms = ['constructor', '__proto__', '\u202e', '\0', '👩‍🚀', '##ing'];
    expect(values(tagCorpus(corpusOf([forms.join(' ')], [forms])), 'wink.xpos').split(' ')).toHaveLength(forms.length);
  });
});

describe('Penn tags as universal parts of speech', () => {
  const universal = (tagged: string): string => {
    const pairs = tagged.split(' ').map((pair) => pair.split('/') as [string, string]);
    const [forms, tags] = [pairs.map(([form]) => form.toLowerCase()), pairs.map(([, tag]) => tag)];
    return tags.map((_, w) => universalTag(tags, forms, w) ?? '-').join(' ');
  };

  test('to is a particle before an infinitive, also across an adverb, and an adposition elsewhere', () => {
    expect(universal('to/TO go/VB to/TO boldly/RB go/VB to/TO Rome/NNP')).toBe('PART VERB PART ADV VERB ADP PROPN');
  });

  test('have and do are auxiliaries where a verb follows, main verbs elsewhere', () => {
    expect(universal("I/PRP did/VBD n't/RB have/VB tea/NN")).toBe('PRON AUX PART VERB NOUN');
    expect(universal('has/VBZ she/PRP already/RB left/VBN ?/.')).toBe('AUX PRON ADV VERB PUNCT');
  });

  test('this is a determiner before a noun and a pronoun alone', () => {
    expect(universal('this/DT old/JJ man/NN likes/VBZ this/DT ./.')).toBe('DET ADJ NOUN VERB PRON PUNCT');
  });

  test('signs are symbols or punctuation whatever the tagger calls them', () => {
    expect(universal('$/NNP 5/CD (/( "/"')).toBe('SYM NUM PUNCT PUNCT');
  });

  test('a tag outside the Penn set has no counterpart', () => {
    expect(universal('word/WORD')).toBe('-');
  });
});

describe('reliability of single values', () => {
  test('is the measured F1 where there is one', () => {
    expect(valueReliability('wink.xpos', 'VBD')).toEqual({ f1: [87, 89.9], lowConfidence: false, text: 'F1 87 to 89.9 %' });
    expect(valueReliability('wink.upos', 'NOUN').text).toBe('F1 92 %');
  });

  test('is low for tags that any capital attracts, and unknown ones say so', () => {
    expect(valueReliability('wink.upos', 'PROPN')).toMatchObject({ lowConfidence: true, text: 'F1 84 %; low confidence' });
    expect(valueReliability('wink.upos', 'X').text).toBe('not measured by itself; low confidence');
    expect(valueReliability('wink.xpos', 'CC')).toEqual({ f1: undefined, lowConfidence: false, text: 'not measured by itself' });
  });
});

describe.skipIf(!hasShared)('measured on UD English EWT test', () => {
  let gold: { upos: string[]; xpos: string[] };
  let tags: Tags;

  beforeAll(() => {
    const read = readUd(shared('data/ewt/en_ewt-ud-test.conllu'));
    gold = read;
    tags = tagCorpus(read.corpus);
  });

  /** Share of words that have a tag, and share of those that have the right one, in per cent. */
  function measured(name: WinkAttribute, truth: readonly string[]): { kept: number; right: number } {
    const attribute = tags.get(name);
    const given = Array.from(attribute?.ids ?? [], (id) => attribute?.values[id]);
    const kept = given.filter((tag) => tag !== undefined).length;
    const right = given.filter((tag, w) => tag === truth[w]).length;
    return { kept: (100 * kept) / truth.length, right: (100 * right) / kept };
  }

  test('wink.upos is right as often as it says', () => {
    expect(measured('wink.upos', gold.upos).right).toBeCloseTo(88.8, 1);
  });

  test('wink.xpos is right as often as it says', () => {
    const { right } = measured('wink.xpos', gold.xpos);
    expect(right).toBeCloseTo(84.7, 1);
  });

  test('agreement keeps nine words in ten and makes two labels in five of the wrong ones go', () => {
    const { kept, right } = measured('wink.upos.agreed', gold.upos);
    expect(kept).toBeCloseTo(91.9, 1);
    expect(right).toBeCloseTo(92.4, 1);
  });
});

function readUd(path: string): { corpus: Corpus; upos: string[]; xpos: string[] } {
  const texts: string[] = [];
  const forms: string[][] = [];
  const [upos, xpos]: [string[], string[]] = [[], []];
  for (const block of readFileSync(path, 'utf8').trim().split('\n\n')) {
    texts.push(/^# text = (.*)$/m.exec(block)?.[1] ?? '');
    const rows = block
      .split('\n')
      .filter((line) => /^\d+\t/.test(line))
      .map((line) => line.split('\t'));
    forms.push(rows.map((row) => row[1] ?? ''));
    upos.push(...rows.map((row) => row[3] ?? ''));
    xpos.push(...rows.map((row) => row[4] ?? ''));
  }
  return { corpus: corpusOf(texts, forms), upos, xpos };
}
