/** A neuron of ten words that a person can check by eye. */
import { expect, test } from 'vitest';
import type { Attribute, Corpus } from '../../../server/src/corpus/corpus';
import { parseConcept } from '../../../server/src/corpus/concepts/concept';
import { placesOf } from '../../../server/src/corpus/places';
import { columnSorter, restricted } from '../../../server/src/methods/statistics/order';
import { CancelledError } from '../../../server/src/protocol/errors';
import type { RowFacts } from '../../../server/src/study/labels';
import { ConceptLabeller, labelledConcept } from '../../../server/src/study/labelledConcepts';
import type { LabelledConcept } from '../../../server/src/study/labelledConcepts';
import { neuronView } from '../../../server/src/study/neuronView';
import { corpusOf } from '../../helpers/corpora';

const corpus = corpusOf(['she saw a cat', 'he saw a dog', 'no cat']);
const words = corpus.words.count;
const row = Int32Array.from({ length: words }, (_, w) => w);
const rows: RowFacts = { word: row, sentence: corpus.words.sentence, type: row, forms: Array.from(row, String), excluded: {} };
// she saw a cat | he saw a dog | no cat
const values = Float32Array.of(-0.3, 1.1, 2, 9, -0.2, 1, 8, 3, -0.1, 7);
const cat = labelledConcept(parseConcept('word:cat'), corpus, rows);
const pause = () => Promise.resolve();
const ranked = { luck: () => null, strip: () => null };

interface Options {
  readonly side?: 'high' | 'low';
  readonly concept?: LabelledConcept | undefined;
  readonly concepts?: readonly LabelledConcept[];
  readonly values?: Float32Array;
  readonly pause?: () => Promise<void>;
  readonly in?: { readonly corpus: Corpus; readonly rows: RowFacts };
}

function view({ side = 'high', concept, concepts = cat ? [cat] : [], values: own = values, ...options }: Options = {}) {
  const text = options.in ?? { corpus, rows };
  const sorted = restricted(columnSorter(own.length)(own), new Uint8Array(own.length).fill(1));
  return neuronView({
    ...{ point: { stack: '', layer: 2, tap: 'ffn' }, unit: 4, values: own, sorted, ...text, places: placesOf(text.corpus), model: 'm' },
    ...{ concepts, concept: concept ?? null, side, ranked, pause: options.pause ?? pause },
  });
}

test('the threshold is where F1 is best, and what lies on the wrong side of it is listed', async () => {
  const { threshold, wrong, concepts } = await view({ concept: cat });
  // Down to 7: cat, a, cat. Two of three are cats, and there are two cats.
  expect(threshold).toEqual({ value: 7, precision: 2 / 3, recall: 1 });
  expect(wrong.map(({ value, carries }) => [value, carries])).toEqual([[8, false]]);
  expect(concepts).toMatchObject([
    { concept: 'word:cat', chance: 0.2, score: (1 + 2 / 3) / 2, direction: 1, support: { positive: 2, negative: 8 } },
  ]);
});

test('every word is in one bin of the histogram and in one band, split by the concept', async () => {
  const { histogram, bands, firesOn, firesFrom } = await view({ concept: cat });
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  expect([histogram.edges.length, sum(histogram.carrying), sum(histogram.others)]).toEqual([41, 2, 8]);
  expect(bands.map(({ words: count }) => count)).toEqual([0, 0, 1, 4, 5]);
  expect(bands[2]?.share).toBe(1);
  // The largest value is 9 and the centre 0: 9, 8 and 7 are at least half as far.
  expect([firesOn, firesFrom]).toEqual([0.3, 4.5]);
});

test('examples show the word in its sentence', async () => {
  const [first, second] = (await view()).top;
  expect(first).toMatchObject({ text: 'she saw a cat', value: 9, carries: null });
  expect(first?.text.slice(first.start, first.end)).toBe('cat');
  expect(second?.text.slice(second.start, second.end)).toBe('a');
});

test('an example paints the other words of its snippet as the text is painted', async () => {
  const { top, scale } = await view();
  // q is 9, the 99.5th percentile of the values above 0; a low side that reaches −0.3 is not painted.
  expect(scale).toEqual({ centre: 0, high: 9, low: null });
  const { text, others } = top[0] as (typeof top)[number];
  expect(others.map(({ start, end, step }) => [text.slice(start, end), step])).toEqual([
    ['saw', 2],
    ['a', 2],
  ]);
});

test('a snippet that is cut paints no word that it does not show', async () => {
  const text = corpusOf([`${'far '.repeat(40)}cat${' off'.repeat(40)}`]);
  const many = Int32Array.from({ length: text.words.count }, (_, w) => w);
  const facts: RowFacts = { word: many, sentence: text.words.sentence, type: many, forms: Array.from(many, String), excluded: {} };
  const own = Float32Array.from(many, (w) => (w === 40 ? 2 : 1));
  const { top } = await view({ values: own, in: { corpus: text, rows: facts }, concepts: [] });
  const { text: shown = '', others = [] } = top[0] ?? {};
  expect(shown).toMatch(/^…far .* cat off .* off…$/);
  expect(new Set(others.map(({ start, end }) => shown.slice(start, end)))).toEqual(new Set(['far', 'off']));
  expect(others).toHaveLength(shown.split(' ').length - 1);
});

test('an example is tagged in the attribute of its concept, and in a common one without', async () => {
  const column = (name: string, value: string): [string, Attribute] => [
    name,
    { name, values: [value], ids: new Int32Array(words).fill(0), source: { kind: 'gold' } },
  ];
  const tagged = { ...corpus, attributes: new Map([column('upos', 'NOUN'), column('feats.Number', 'Sing')]) };
  const concept = labelledConcept(parseConcept('feats.Number=Sing'), tagged, rows);
  const [plain, asked] = [await view({ in: { corpus: tagged, rows } }), await view({ in: { corpus: tagged, rows }, concept })];
  expect(plain.top[0]?.tag).toEqual({ attribute: 'upos', value: 'NOUN', automatic: false });
  expect(asked.top[0]?.tag).toEqual({ attribute: 'feats.Number', value: 'Sing', automatic: false });
  expect((await view()).top[0]?.tag).toBeNull();
});

test('the low side is the mirror image', async () => {
  const mirrored = await view({ side: 'low', concept: cat, values: values.map((value) => -value) });
  const straight = await view({ concept: cat });
  expect(mirrored.threshold).toEqual({ ...straight.threshold, value: -7 });
  expect(mirrored.top.map(({ word }) => word)).toEqual(straight.top.map(({ word }) => word));
  expect(mirrored.bands.map(({ share }) => share)).toEqual(straight.bands.map(({ share }) => share));
});

test('without a concept nothing is split and nothing is wrong', async () => {
  expect(await view()).toMatchObject({ threshold: null, wrong: [], concept: null, histogram: { carrying: [] } });
});

test('a constant neuron says so and shows nothing', async () => {
  expect(await view({ values: new Float32Array(words).fill(3) })).toMatchObject({
    empty: 'All its values are equal.',
    top: [],
    bands: [],
    concepts: [],
  });
});

test('concepts of exactly the same words are listed once, the selected one under its own name', async () => {
  const concepts = await new ConceptLabeller([parseConcept('word:cat'), parseConcept('regex:/^cat$/')], corpus, rows).all(pause);
  expect(concepts.map(({ name, aliases }) => [name, aliases])).toEqual([['word:cat', ['regex:/^cat$/']]]);
  const plain = await view({ concepts });
  expect(plain.concepts.map(({ concept, aliases }) => [concept, aliases])).toEqual([['word:cat', ['regex:/^cat$/']]]);
  const asked = await view({ concepts, concept: labelledConcept(parseConcept('regex:/^cat$/'), corpus, rows) });
  expect(asked.concepts.map(({ concept, aliases }) => [concept, aliases])).toEqual([['regex:/^cat$/', ['word:cat']]]);
});

test('labelling that was interrupted goes on where it stopped', async () => {
  const labeller = new ConceptLabeller([parseConcept('word:cat'), parseConcept('word:dog')], corpus, rows);
  await expect(labeller.all(() => Promise.reject(new CancelledError()))).rejects.toThrow(CancelledError);
  expect((await labeller.all(pause)).map(({ name }) => name)).toEqual(['word:cat', 'word:dog']);
});

test('an interval holds the score, and comes out the same every time', async () => {
  const text = corpusOf([1, 2, 3, 4].flatMap(() => ['she saw a cat', 'he saw a dog', 'no cat']));
  const many = Int32Array.from({ length: text.words.count }, (_, w) => w);
  const facts: RowFacts = { word: many, sentence: text.words.sentence, type: many, forms: Array.from(many, String), excluded: {} };
  const asked = {
    values: Float32Array.from(many, (w) => values[w % words] ?? 0),
    concept: labelledConcept(parseConcept('word:cat'), text, facts),
    concepts: [],
    in: { corpus: text, rows: facts },
  };
  const [one, again] = [await view(asked), await view(asked)];
  const [low = 1, high = 0] = one.concepts[0]?.interval ?? [];
  expect(low).toBeLessThanOrEqual(one.concepts[0]?.score ?? 0);
  expect(high).toBeGreaterThanOrEqual(one.concepts[0]?.score ?? 1);
  expect(again.concepts[0]?.interval).toEqual([low, high]);
});

test('two sentences with the concept are too few for an interval', async () => {
  const { concepts } = await view({ concept: cat });
  expect(concepts[0]?.interval).toBeNull();
});

test('a view that nobody waits for any more stops at its next step', async () => {
  let steps = 0;
  const stop = () => (++steps > 1 ? Promise.reject(new CancelledError()) : Promise.resolve());
  await expect(view({ concept: cat, pause: stop })).rejects.toThrow(CancelledError);
  expect(steps).toBe(2);
});

test('of sentences that differ in case, digits and punctuation only one is an example', async () => {
  const text = corpusOf(['on page 12', 'On page 7!', 'no cat']);
  const many = Int32Array.from({ length: text.words.count }, (_, w) => w);
  const facts: RowFacts = { word: many, sentence: text.words.sentence, type: many, forms: Array.from(many, String), excluded: {} };
  const own = Float32Array.from(many, (w) => w + 1);
  const { top } = await view({ values: own, in: { corpus: text, rows: facts }, concepts: [] });
  const sentences = new Set(top.map((example) => example.text));
  expect([...sentences].filter((sentence) => /page/i.test(sentence))).toHaveLength(1);
  expect(sentences).toContain('no cat');
});
