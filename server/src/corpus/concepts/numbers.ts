/** Numbers of words: what follows from their place, their form and their tree, and attributes whose values are numbers. */
import { InputError, shown } from '../../protocol/errors';
import { numberMeanings } from '../../protocol/numbers';
import type { NumberName } from '../../protocol/numbers';
import type { Attribute, AttributeSource, Corpus } from '../corpus';
import { rootHead, wordText } from '../corpus';
import { nearest } from './concept';

export interface WordNumbers {
  /** NaN for a word that has none. */
  readonly values: Float64Array;
  readonly source: AttributeSource | { readonly kind: 'rule' };
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number of every word: by a name of `numberMeanings`, or of an attribute of the corpus all of whose values are numbers.
 * Throws `InputError` CONCEPT_UNKNOWN: no such number, a corpus without trees, values that are none.
 */
export function numbersOf(name: string, corpus: Corpus): WordNumbers {
  const attribute = corpus.attributes.get(name);
  if (attribute) return ofAttribute(attribute);
  const built = (Object.keys(numberMeanings) as NumberName[]).find((known) => known === name);
  if (built === undefined) throw unknownNumber(name, corpus);
  if (built === 'depth') return { values: depths(corpus), source: { kind: 'gold' } };
  return { values: ofWords[built](corpus), source: { kind: 'rule' } };
}

const ofWords: Readonly<Record<Exclude<NumberName, 'depth'>, (corpus: Corpus) => Float64Array>> = {
  position: ({ words, sentences }) => Float64Array.from(words.sentence, (s, w) => w - (sentences[s]?.from ?? 0) + 1),
  'sentence-length': ({ words, sentences }) =>
    Float64Array.from(words.sentence, (s) => (sentences[s]?.to ?? 0) - (sentences[s]?.from ?? 0)),
  length: (corpus) => Float64Array.from({ length: corpus.words.count }, (_, w) => [...wordText(corpus, w)].length),
  frequency: (corpus) => {
    const forms = Array.from({ length: corpus.words.count }, (_, w) => wordText(corpus, w));
    const counts = new Map<string, number>();
    for (const form of forms) counts.set(form, (counts.get(form) ?? 0) + 1);
    return Float64Array.from(forms, (form) => Math.log(counts.get(form) ?? 1));
  },
};

/** Steps to the root; NaN where a head is not known on the way, or the way goes round. */
function depths(corpus: Corpus): Float64Array {
  const { heads } = corpus;
  if (!heads) throw withoutTrees(corpus);
  return Float64Array.from(heads, (_, word) => {
    const { from = 0, to = 0 } = corpus.sentences[corpus.words.sentence[word] ?? -1] ?? {};
    let [at, steps] = [word, 0];
    for (; (heads[at] as number) >= 0 && steps < to - from; steps++) at = heads[at] as number;
    return heads[at] === rootHead ? steps : Number.NaN;
  });
}

function ofAttribute({ name, values, ids, source }: Attribute): WordNumbers {
  const wrong = values.find((value) => !decimal.test(value));
  if (wrong === undefined) return { values: Float64Array.from(ids, (id) => (id < 0 ? Number.NaN : Number(values[id]))), source };
  throw new InputError(
    'CONCEPT_UNKNOWN',
    { flag: `--target ${shown(name, 80)}` },
    {
      found: `the value ${shown(wrong, 40)}`,
      expected: 'an attribute all of whose values are numbers, such as 3 or 0.25',
      remedy: `for values that are no numbers: --concept ${shown(name, 80)}=*`,
    },
  );
}

function unknownNumber(name: string, { attributes }: Corpus): InputError {
  const numeric = [...attributes.values()].filter(({ values }) => values.every((value) => decimal.test(value)));
  const known = [...Object.keys(numberMeanings), ...numeric.map((attribute) => attribute.name)];
  return new InputError(
    'CONCEPT_UNKNOWN',
    { flag: `--target ${shown(name, 80)}` },
    { found: 'no number of this name', expected: `one of ${known.map((one) => shown(one, 60)).join(', ')}`, remedy: nearest(name, known) },
  );
}

function withoutTrees({ files: [file = ''] }: Corpus): InputError {
  return new InputError(
    'CONCEPT_UNKNOWN',
    { file, flag: '--target depth' },
    {
      found: 'a corpus without trees',
      expected: 'the head of each word, as column HEAD of CoNLL-U files has it',
      remedy: 'take a CoNLL-U file, or another number: position, length, frequency',
    },
  );
}
