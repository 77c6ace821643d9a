/** Numbers of words: place, length, frequency, depth in the tree, and attributes of numbers. */
import { describe, expect, test } from 'vitest';
import { numbersOf } from '../../../server/src/corpus/concepts/numbers';
import type { Attribute, Corpus } from '../../../server/src/corpus/corpus';
import { readCorpus } from '../../../server/src/corpus/readers/read';
import { corpusOf } from '../../helpers/corpora';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const numbers = (name: string, corpus: Corpus): number[] => [...numbersOf(name, corpus).values];
const two = corpusOf(
  ['The cat saw the cat', 'Étude !'],
  [
    ['The', 'cat', 'saw', 'the', 'cat'],
    ['Étude', '!'],
  ],
);

/** Rows of CoNLL-U: form and head. */
function treesOf(...sentences: readonly (readonly [string, string])[][]): Promise<Corpus> {
  const text = sentences.map((rows) =>
    rows.map(([form, head], i) => [i + 1, form, '_', '_', '_', '_', head, '_', '_', '_'].join('\t')).join('\n'),
  );
  return readCorpus([temp.write('trees.conllu', `${text.join('\n\n')}\n\n`)]);
}

describe('what every corpus has', () => {
  test('place in the sentence, and its words', () => {
    expect(numbers('position', two)).toEqual([1, 2, 3, 4, 5, 1, 2]);
    expect(numbers('sentence-length', two)).toEqual([5, 5, 5, 5, 5, 2, 2]);
  });

  test('letters and signs', () => {
    expect(numbers('length', two)).toEqual([3, 3, 3, 3, 3, 5, 1]);
  });

  test('how often a form occurs, as it is written', () => {
    expect(numbers('frequency', two)).toEqual([0, Math.log(2), 0, 0, Math.log(2), 0, 0]);
  });
});

describe('depth in the tree', () => {
  test('is counted in steps to the root', async () => {
    // saw → cat → The; saw → sleep → .
    const corpus = await treesOf(
      [
        ['The', '2'],
        ['cat', '3'],
        ['saw', '0'],
        ['sleep', '3'],
        ['.', '4'],
      ],
      [['Yes', '0']],
    );
    expect(numbers('depth', corpus)).toEqual([2, 1, 0, 1, 2, 0]);
    expect(numbersOf('depth', corpus).source).toEqual({ kind: 'gold' });
  });

  test('is not known where a head is missing on the way, or the way goes round', async () => {
    const corpus = await treesOf(
      [
        ['a', '2'],
        ['b', '_'],
        ['c', '0'],
      ],
      [
        ['d', '2'],
        ['e', '1'],
        ['f', '0'],
        ['g', '3'],
      ],
    );
    expect(numbers('depth', corpus)).toEqual([Number.NaN, Number.NaN, 0, Number.NaN, Number.NaN, 0, 1]);
  });

  test('of a corpus without trees is refused', () => {
    expect(() => numbersOf('depth', two)).toThrow(/CONCEPT_UNKNOWN.*a corpus without trees/);
  });
});

describe('an attribute', () => {
  const attribute = (name: string, values: string[]): [string, Attribute] => [
    name,
    { name, source: { kind: 'gold' }, values, ids: Int32Array.of(0, 1, -1, 0, 1, 0, 0) },
  ];
  const corpus: Corpus = { ...two, attributes: new Map([attribute('surprisal', ['0.5', '-1e1']), attribute('upos', ['DET', 'NOUN'])]) };

  test('all of whose values are numbers is one; words without it have none', () => {
    expect(numbers('surprisal', corpus)).toEqual([0.5, -10, Number.NaN, 0.5, -10, 0.5, 0.5]);
  });

  test('of names is refused with the first of them', () => {
    expect(() => numbersOf('upos', corpus)).toThrow(/the value DET.*--concept upos=\*/);
  });

  test('that does not exist is refused with all that do, numeric ones included', () => {
    expect(() => numbersOf('surprise', corpus)).toThrow(
      /position, length, frequency, depth, sentence-length, surprisal.*Did you mean surprisal/,
    );
  });
});
