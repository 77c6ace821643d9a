/** Concepts that follow from the text alone: position, length, case, digits, quotation marks and brackets. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConcept } from '../../../server/src/corpus/concepts/concept';
import { labelsOf } from '../../../server/src/corpus/concepts/labels';
import { insideBrackets, insideQuotes } from '../../../server/src/corpus/concepts/nesting';
import { corpusOf } from '../../helpers/corpora';
import { carriers, labels } from '../../helpers/labelledWords';

describe('rules', () => {
  test('of place and form', () => {
    const text = 'Anna saw 2 of McDonald 4x .';
    expect(carriers('rule:first', text)).toEqual(['Anna']);
    expect(carriers('rule:last', text)).toEqual(['.']);
    expect(carriers('rule:capitalised', text)).toEqual(['Anna', 'McDonald']);
    expect(carriers('rule:digit', text)).toEqual(['2', '4x']);
    expect(parseConcept('rule:capitalised').needsCase).toBe(true);
  });

  test('of negation know a closed list of cues', () => {
    expect(carriers('rule:negation', "He did n't say No , never nobody do nt don't cannot not Notary")).toEqual([
      "n't",
      'No',
      'never',
      'nobody',
      'nt',
      "don't",
      'cannot',
      'not',
    ]);
  });

  test('of position and length sort words into bins that widen', () => {
    const words = Array.from({ length: 30 }, (_, k) => 'x'.repeat(k + 1));
    const position = labelsOf(parseConcept('rule:position'), corpusOf([words.join(' ')], [words]));
    const named = [...position.labels].map((label) => position.classNames[label]);
    expect([named[0], named[4], named[5], named[6], named[7], named[24], named[25], named[29]]).toEqual([
      '1',
      '5',
      '6-7',
      '6-7',
      '8-10',
      '16-25',
      '26+',
      '26+',
    ]);
    const length = labelsOf(parseConcept('rule:length'), corpusOf([words.join(' ')], [words]));
    expect([0, 8, 9, 11, 12].map((w) => length.classNames[length.labels[w] ?? -1])).toEqual(['1', '9', '10-12', '10-12', '13+']);
    expect(labels('rule:length=2', 'a bb 😀😀 ccc')).toEqual([0, 1, 1, 0]);
  });
});

describe('words inside quotation marks', () => {
  const inside = (text: string) => carriers('rule:quote', text);

  test('are those between a pair, marks excluded', () => {
    expect(inside('" go home " , he said')).toEqual(['go', 'home']);
    expect(inside("“ go ” and « come » and `` stay ''")).toEqual(['go', 'come', 'stay']);
  });

  test('are inside both marks where quotations nest, the inner marks with them', () => {
    expect(inside('“ he said ‘ no ’ twice ”')).toEqual(['he', 'said', '‘', 'no', '’', 'twice']);
  });

  test('are none where a mark has no partner', () => {
    expect(inside('he said " go home')).toEqual([]);
    expect(inside('go home ” he said')).toEqual([]);
    expect(inside("the dogs ' bones and the cats ' toys")).toEqual([]);
  });

  test('may stand between straight single marks that touch them', () => {
    const forms = ['a', "'", 'proof', "'", 'that'];
    expect([...insideQuotes({ forms, spaceAfter: [1, 0, 0, 1, 1] })]).toEqual([0, 0, 1, 0, 0]);
  });
});

test('words inside brackets are those whose brackets are balanced around them', () => {
  expect(carriers('rule:bracket', 'a ( b [ c ] d ) e')).toEqual(['b', '[', 'c', ']', 'd']);
  expect(carriers('rule:bracket', 'a ) b ( c -LRB- d -RRB- e')).toEqual(['d']);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('(', ')', 'w'), { maxLength: 30 }), (forms) => {
      const spaceAfter = forms.map(() => 1);
      const found = insideBrackets({ forms, spaceAfter });
      // By definition: some "(" before and ")" after it match each other with nothing but balanced text between them.
      forms.forEach((_, w) => {
        let covered = 0;
        forms.forEach((open, from) => {
          if (open !== '(' || from >= w) return;
          let depth = 0;
          for (let k = from; k < forms.length; k++) {
            depth += forms[k] === '(' ? 1 : forms[k] === ')' ? -1 : 0;
            if (depth === 0) {
              if (k > w) covered = 1;
              return;
            }
          }
        });
        expect(found[w]).toBe(covered);
      });
    }),
  );
});
