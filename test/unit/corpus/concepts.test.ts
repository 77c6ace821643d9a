import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conceptTitle, parseConcept } from '../../../server/src/corpus/concepts/concept';
import { labelsOf } from '../../../server/src/corpus/concepts/labels';
import { listConcepts } from '../../../server/src/corpus/concepts/list';
import type { Attribute, Corpus } from '../../../server/src/corpus/corpus';
import { tagCorpus } from '../../../server/src/corpus/taggers/tag';
import { InputError } from '../../../server/src/protocol/errors';
import type { Problem } from '../../../server/src/protocol/errors';
import { corpusOf } from '../../helpers/corpora';
import { carriers, labels, sentence } from '../../helpers/labelledWords';

function problem(run: () => unknown): Problem {
  try {
    run();
  } catch (cause) {
    if (cause instanceof InputError) return cause.problems[0];
    throw cause;
  }
  throw new Error('nothing was refused');
}

/** She PRON | walked VERB Past | and CCONJ | runs VERB Pres. */
const walk: Corpus = {
  ...sentence('She walked and runs'),
  attributes: new Map<string, Attribute>([
    ['upos', { name: 'upos', source: { kind: 'gold' }, values: ['PRON', 'VERB', 'CCONJ'], ids: Int32Array.of(0, 1, 2, 1) }],
    ['feats.Tense', { name: 'feats.Tense', source: { kind: 'gold' }, values: ['Past', 'Pres'], ids: Int32Array.of(-1, 0, -1, 1) }],
  ]),
};

describe('a value of an attribute', () => {
  test('can be asked for by the name that it is listed under, whatever it is made of', () => {
    const values = ["''", '""', '``', '=', 'x=y', 'a := b', 'word:x', "it's"];
    const odd: Attribute = { name: 'xpos', source: { kind: 'gold' }, values, ids: Int32Array.of(0, 1, 2, 3) };
    const listed = listConcepts({ ...sentence('She walked and runs'), attributes: new Map([['xpos', odd]]) });
    const asked = listed.filter(({ attribute }) => attribute === 'xpos').map(({ name }) => parseConcept(name));
    expect(asked.map((concept) => concept.kind === 'attribute' && concept.value).sort()).toEqual([...values].sort());
  });

  test('is carried by its words and by no other', () => {
    expect(labels('upos=VERB', walk)).toEqual([0, 1, 0, 1]);
  });

  test('stands against all words, and against those alone that carry the attribute', () => {
    const past = labelsOf(parseConcept('feats.Tense=Past'), walk);
    expect([...past.labels]).toEqual([0, 1, 0, 0]);
    expect([...(past.against ?? [])]).toEqual([-1, 1, -1, 0]);
    expect(past).toMatchObject({
      kind: 'binary',
      classNames: ['other', 'feats.Tense=Past'],
      attribute: 'feats.Tense',
      source: { kind: 'gold' },
    });
  });

  test('may be all values at once: classes, and no label where the attribute is absent', () => {
    const tense = labelsOf(parseConcept('feats.Tense=*'), walk);
    expect(tense).toMatchObject({ kind: 'classes', classNames: ['Past', 'Pres'] });
    expect([...tense.labels]).toEqual([-1, 0, -1, 1]);
  });

  test('that no word has is refused with the values there are and the nearest', () => {
    const refusal = problem(() => labels('feats.Tense=Psat', walk));
    expect(refusal).toMatchObject({ code: 'CONCEPT_UNKNOWN', expected: 'one of Past, Pres', remedy: 'Did you mean Past?' });
  });

  test('of an attribute that does not exist is refused with the attributes there are', () => {
    const refusal = problem(() => labels('upso=VERB', walk));
    expect(refusal).toMatchObject({ code: 'CONCEPT_UNKNOWN', expected: 'one of upos, feats.Tense', remedy: 'Did you mean upos?' });
    expect(problem(() => labels('tense=Past', walk)).remedy).toBe('Did you mean feats.Tense?');
    expect(problem(() => labels('upos=NOUN', 'no annotation')).expected).toContain('no attributes');
  });

  test('O is explained as no value', () => {
    expect(problem(() => labels('upos=O', walk)).remedy).toContain('carries no upos');
  });

  test('comes from gold labels where there are any, else from a tagger and marked so', () => {
    const plain = corpusOf(['She walked home.']);
    const tagged: Corpus = { ...plain, attributes: tagCorpus(plain) };
    expect(labelsOf(parseConcept('upos=VERB'), tagged)).toMatchObject({ attribute: 'wink.upos', source: { kind: 'automatic' } });
    const both: Corpus = { ...walk, attributes: new Map([...walk.attributes, ...tagCorpus(walk)]) };
    expect(labelsOf(parseConcept('upos=VERB'), both)).toMatchObject({ attribute: 'upos', source: { kind: 'gold' } });
    expect(labelsOf(parseConcept('wink.upos=VERB'), both)).toMatchObject({ attribute: 'wink.upos', source: { kind: 'automatic' } });
  });

  test('of BIO is found under ner and under label', () => {
    const ner: Attribute = { name: 'ner', source: { kind: 'gold' }, values: ['PER'], ids: Int32Array.of(0, -1, -1, -1) };
    const corpus: Corpus = { ...walk, format: 'bio', attributes: new Map([['ner', ner]]) };
    expect(labels('label=PER', corpus)).toEqual(labels('ner=PER', corpus));
  });

  test('named like something that every object has is a name like others', () => {
    const odd = {
      ...walk,
      attributes: new Map([
        ['__proto__', { name: '__proto__', source: { kind: 'gold' as const }, values: ['constructor'], ids: Int32Array.of(0, -1, -1, -1) }],
      ]),
    };
    expect(labels('__proto__=constructor', odd)).toEqual([1, 0, 0, 0]);
    expect(problem(() => labels('constructor=x', odd)).code).toBe('CONCEPT_UNKNOWN');
  });
});

describe('a word list', () => {
  test('matches in any case, but capitals exactly', () => {
    expect(carriers('word:"she|he"', 'She said he saw US and us')).toEqual(['She', 'he']);
    expect(carriers('word:US', 'She said he saw US and us')).toEqual(['US']);
    expect(parseConcept('word:US').needsCase).toBe(true);
    expect(parseConcept('word:"she|he"').needsCase).toBe(false);
  });

  test('matches a letter with its accent apart, and a bar that is escaped', () => {
    expect(carriers('word:cafe\u0301', 'the caf\u00e9 cafe')).toEqual(['caf\u00e9']);
    expect(carriers('word:"\\||x"', '| x y')).toEqual(['|', 'x']);
  });
});

describe('a phrase', () => {
  test('is carried by the last word of each occurrence, in one sentence, and with the letters’ case as words have it', () => {
    expect(labels('phrase:"of course|a lot of"', 'Of course a lot of of course')).toEqual([0, 1, 0, 0, 1, 0, 1]);
    expect(labels('phrase:"New York"', 'New York new york')).toEqual([0, 1, 0, 0]);
    expect(labels('phrase:"b b"', 'b b b')).toEqual([0, 1, 1]);
    expect(
      labels(
        'phrase:"a b"',
        corpusOf(
          ['x a', 'b a b'],
          [
            ['x', 'a'],
            ['b', 'a', 'b'],
          ],
        ),
      ),
    ).toEqual([0, 0, 0, 0, 1]);
  });
});

describe('a kept concept', () => {
  test('is what follows its name, which stays with it', () => {
    const kept = parseConcept('pronouns := word:"she|he"');
    expect(kept).toMatchObject({ kind: 'words', name: 'pronouns := word:"she|he"', needsCase: false });
    expect(labels(kept.name, 'She saw him and he')).toEqual([1, 0, 0, 0, 1]);
    expect(labels('verbs := upos=VERB', walk)).toEqual([0, 1, 0, 1]);
    expect([kept.name, 'upos=NOUN', 'xpos=:=', 'word:"a := b"'].map(conceptTitle)).toEqual([
      'pronouns',
      'upos=NOUN',
      'xpos=:=',
      'word:"a := b"',
    ]);
  });

  test('has one name and one definition', () => {
    for (const text of ['a := b := word:x', 'a :=']) expect(problem(() => parseConcept(text)).code).toBe('CONCEPT_SYNTAX');
    expect(parseConcept('xpos=:=')).toMatchObject({ kind: 'attribute', value: ':=' });
  });
});

describe('a regular expression', () => {
  test('matches anywhere in a word unless it is anchored', () => {
    expect(carriers('regex:/\\d+/', 'In 1984 B2B won')).toEqual(['1984', 'B2B']);
    expect(carriers('regex:/^[a-z]+ing$/i', 'Running bring ings')).toEqual(['Running', 'bring']);
  });

  test('that looks around or back is refused with the place', () => {
    const cases: [string, number, RegExp][] = [
      ['regex:/a(?=b)/', 9, /look-around/],
      ['regex:/(?<!x)a/', 8, /look-around/],
      ['regex:/(a)\\1/', 11, /back-reference/],
      ['regex:/[a/', 8, /missing closing/],
      ['regex:/a/y', 10, /flag 'y'/],
    ];
    for (const [name, column, found] of cases) {
      const refusal = problem(() => parseConcept(name));
      expect(refusal).toMatchObject({ code: 'CONCEPT_REGEX', place: { column } });
      expect(refusal.found).toMatch(found);
    }
  });

  test('that other engines need exponential time for answers', () => {
    expect(labels('regex:/^(a+)+$/', `${'a'.repeat(9_000)}b`)).toEqual([0]);
  });

  test('needs case if it names a capital and does not ignore case', () => {
    const needs = (name: string) => parseConcept(name).needsCase;
    expect(['regex:/^[A-Z]/', 'regex:/\\p{Lu}/', 'regex:/É/'].map(needs)).toEqual([true, true, true]);
    expect(['regex:/^[A-Z]/i', 'regex:/\\D\\S\\W/', 'regex:/(?i)A/', 'regex:/\\p{Nd}/', 'regex:/(?P<Name>a)/'].map(needs)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the name of a concept', () => {
  test('keeps what stands after the first equals sign', () => {
    expect(parseConcept('xpos==')).toMatchObject({ attribute: 'xpos', value: '=' });
    expect(parseConcept(' upos = "NOUN" ')).toMatchObject({ attribute: 'upos', value: 'NOUN' });
  });

  test('that is none is refused with the forms there are', () => {
    for (const name of ['', 'NOUN', '=NOUN', 'upos=', 'word:', 'word:"|"', 'regex:\\d', 'regex:/ab']) {
      expect(problem(() => parseConcept(name)).code).toBe('CONCEPT_SYNTAX');
    }
  });

  test('of a rule that does not exist is refused with the nearest', () => {
    expect(problem(() => parseConcept('rule:capitalized'))).toMatchObject({
      code: 'CONCEPT_UNKNOWN',
      remedy: 'Did you mean rule:capitalised?',
    });
    expect(problem(() => parseConcept('rule:digit=3')).expected).toBe('one of rule:digit');
  });

  test('never breaks on any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `word:${text}`),
          fc.string().map((text) => `regex:/${text}/`),
        ),
        (text) => {
          try {
            expect(parseConcept(text).name).toBe(text.trim());
          } catch (cause) {
            expect(cause).toBeInstanceOf(InputError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the list of concepts', () => {
  const entries = listConcepts(walk);
  const entry = (name: string) => entries.find((one) => one.name === name);

  test('counts every value and every rule, and each can be asked for', () => {
    expect(entry('upos=VERB')).toMatchObject({ count: 2, share: 0.5, source: { kind: 'gold' } });
    for (const one of entries) {
      const { labels: found } = labelsOf(parseConcept(one.name), walk);
      expect(found.filter((label) => label === 1).length).toBe(one.count);
      expect(parseConcept(one.name).needsCase).toBe(one.needsCase);
    }
  });

  test('warns where either side has too few words', () => {
    expect(entry('upos=VERB')?.lowSupport).toBe('2 words with it, fewer than 100');
    const many = sentence(Array.from({ length: 250 }, (_, k) => (k < 150 ? 'a1' : 'a')).join(' '));
    const of = (name: string) => listConcepts(many).find((one) => one.name === name)?.lowSupport;
    expect(of('rule:digit')).toBeUndefined();
    expect(of('rule:first')).toBe('1 word with it, fewer than 100');
    expect(of('rule:length=1')).toBeUndefined();
  });

  test('tells how far a tagger can be trusted with each value', () => {
    const tagged: Corpus = { ...walk, attributes: tagCorpus(walk) };
    const source = listConcepts(tagged).find((one) => one.name === 'wink.xpos=VBD')?.source;
    expect(source).toMatchObject({ kind: 'automatic', reliability: 'F1 87 to 89.9 %' });
  });
});
