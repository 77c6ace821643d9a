/** What neurons tell about contexts: by hand, by enumeration of all permutations, and against the field's own numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import type { Matrix } from '../../../server/src/activations/matrix';
import { binNeuron, ContextScorer } from '../../../server/src/methods/corpus-based/contextInformation';
import { contextsOf } from '../../../server/src/methods/corpus-based/contexts';
import { expectedCell } from '../../../server/src/methods/statistics/expectedInformation';
import { columnSorter } from '../../../server/src/methods/statistics/order';
import type { ContextRanking } from '../../../server/src/protocol/contexts';
import { rankContexts } from '../../../server/src/study/contexts';
import { matrixOf, matrixOfNeurons } from '../../helpers/matrices';
import { hasShared } from '../../helpers/shared';
import { folder, json, largestDifference } from './referenceFiles';

/** Contexts of rows that are places of one text, written as words; a bar begins a sentence. */
function textOf(text: string) {
  const sentences = text.split(' | ').map((sentence) => sentence.split(' '));
  const names = [...new Set(sentences.flat())];
  return {
    symbols: {
      ofPlace: Int32Array.from(sentences.flat(), (word) => names.indexOf(word)),
      names,
      sentences: Int32Array.from(sentences.flatMap((words, s) => words.map(() => s))),
    },
    places: Int32Array.from(sentences.flat(), (_, place) => place),
  };
}

function scorer(words: string, bins: number, { n = 1, minCount = 1 } = {}) {
  const { symbols, places } = textOf(words);
  const contexts = contextsOf(symbols, places, { n, minCount });
  const sort = columnSorter(places.length);
  return {
    contexts,
    scorer: new ContextScorer(contexts, bins, expectedCell(places.length)),
    binned: (values: readonly number[]) => binNeuron(sort(Float64Array.from(values)), bins, new Uint8Array(values.length)),
  };
}

const provenance = () => ({ notes: [] }) as unknown as ContextRanking['provenance'];

/** The ranking of neurons written down as columns. */
function rank(matrix: Matrix, words: string, { rounds = 0, parameters = {} as Record<string, string> } = {}): Promise<ContextRanking[]> {
  const { symbols, places } = textOf(words);
  return rankContexts({
    ...{ parameters, rounds, seed: 1, detail: 1 },
    parts: [{ point: null, matrix, columns: Array.from({ length: matrix.columns }, (_, c) => c) }],
    rows: places,
    places,
    groups: symbols.sentences,
    kinds: [{ of: 'word', symbols }],
    provenance,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
}

test('two contexts that share the upper bin tell all of the neuron’s two bins: log 2', () => {
  const { scorer: of, binned } = scorer('a b a b a c', 2);
  const found = of.score(binned([0.1, 0.9, 0.2, 0.8, 0.15, 0.85]));
  expect(found.plugIn).toBeCloseTo(Math.log(2), 12);
  expect(found.entropy).toBeCloseTo(Math.log(2), 12);
  expect(found.adjusted).toBeCloseTo(1, 12);
  // Two bins, three contexts, three cells: one more than 2 + 3 − 1 − 3 over 12.
  expect(found.corrected).toBeCloseTo(Math.log(2) + 1 / 12, 12);
});

test('an n-gram ends at its word and does not go over the beginning of its sentence; rare ones are one context', () => {
  const { contexts } = scorer('the cat sat | the cat ran', 2, { n: 2, minCount: 2 });
  expect(contexts.names).toEqual(['^ the', 'the cat']);
  expect([...contexts.ofRow]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...contexts.counts]).toEqual([2, 2, 2]);
  expect([contexts.rare, contexts.distinct]).toEqual([2, 4]);
  expect(scorer('the cat sat', 2, { n: 3 }).contexts.names).toEqual(['^ ^ the', '^ the cat', 'the cat sat']);
});

test('the expected information is the mean over all permutations', () => {
  const { scorer: of, binned, contexts } = scorer('a b a c b a', 3);
  const neuron = binned([1, 1, 2, 4, 5, 6]);
  const all = permutations([...contexts.ofRow]).map((ids) => of.plugIn(neuron, Int32Array.from(ids)));
  expect(of.score(neuron).expected).toBeCloseTo(all.reduce((sum, each) => sum + each, 0) / all.length, 12);
});

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]));
}

test('information is at least 0, at most either entropy, the same under monotone maps, and the sum of what contexts add', () => {
  const row = fc.tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom('a', 'b', 'c', 'd'));
  fc.assert(
    fc.property(fc.array(row, { minLength: 8, maxLength: 40 }), (rows) => {
      const { scorer: of, binned, contexts } = scorer(rows.map(([, word]) => word).join(' '), 4);
      const neuron = binned(rows.map(([value]) => value));
      const { plugIn, expected, entropy } = of.score(neuron);
      const n = rows.length;
      const ofContexts = contexts.counts.reduce((sum, c) => sum - (c / n) * Math.log(c / n), 0);
      expect(plugIn).toBeGreaterThanOrEqual(0);
      expect(plugIn).toBeLessThanOrEqual(Math.min(entropy, ofContexts) + 1e-12);
      const excess = of.shares(neuron).reduce((sum, share) => sum + share.excess, 0);
      expect(excess).toBeCloseTo(plugIn - expected, 10);
      // The quantiles between two values move with a map that is not linear, so the map keeps distances here.
      expect(of.plugIn(binned(rows.map(([value]) => 3 * value + 7)))).toBe(plugIn);
    }),
    { numRuns: 60 },
  );
});

test('neurons stand in order with the contexts that they tell; a constant one and one without a number have their reason', async () => {
  // The first neuron is high on "not", the second on nothing.
  const text = Array.from({ length: 30 }, (_, s) => (s % 2 ? 'it is not so' : 'it was very so')).join(' | ');
  const words = text.split(' | ').flatMap((sentence) => sentence.split(' '));
  const hash = words.map((_, i) => (i * 7919) % 101);
  const columns = [words.map((word, i) => (word === 'not' ? 500 : hash[i]!)), hash, words.map(() => 3), words.map((_, i) => (i ? 1 : NaN))];
  const [found] = await rank(matrixOfNeurons(columns), text, { rounds: 30, parameters: { bins: '4' } });
  expect(found!.neurons.map(({ id }) => id)).toEqual(['0', '1']);
  expect(found!.undefined).toEqual([
    { id: '2', reason: 'constant' },
    { id: '3', reason: 'not-finite' },
  ]);
  const [first, second] = found!.neurons;
  expect(first!.contexts![0]).toMatchObject({ context: 'not', count: 15 });
  expect(first!.contexts![0]!.mean_z).toBeGreaterThan(1);
  expect(first!.highest![0]).toMatchObject({ value: 500, context: 'not' });
  expect(second).not.toHaveProperty('contexts');
  expect(first!.p).toBeCloseTo(1 / 31, 12);
  expect(first!.score).toBeGreaterThan(found!.null!.max);
});

describe.skipIf(!hasShared)('on real activations', () => {
  test('words, pairs of words and parts of speech tell what they tell elsewhere', async () => {
    const x = readNpy(folder('data/X_train.npy'));
    const facts = json('data/rows.json') as { split: string[]; sent: number[]; word: string[]; upos: string[] };
    const train = [...facts.split.keys()].filter((row) => facts.split[row] === 'train');
    const matrix = matrixOf(1500, 768, x.values as Float32Array);
    const reference = readNpy(folder('corpus/mutual_information.npy')).values;
    const { rows: names } = json('corpus/mutual_information.json') as { rows: string[] };
    const dead = new Set([511, 607, 703, ...Array.from({ length: 768 }, (_, c) => c).filter((c) => c % 8 > 0)]);
    const at = (name: string) => reference.subarray(768 * names.indexOf(name), 768 * (names.indexOf(name) + 1));
    // Every eighth neuron: all of them take seconds.
    const columns = Array.from({ length: 96 }, (_, c) => 8 * c);
    const places = Int32Array.from({ length: 1500 }, (_, row) => row);
    const sentences = Int32Array.from(train, (row) => facts.sent[row]!);
    const symbols = (texts: readonly string[]) => {
      const own = [...new Set(texts)];
      const number = new Map(own.map((text, k) => [text, k]));
      return { ofPlace: Int32Array.from(texts, (text) => number.get(text)!), names: own, sentences };
    };
    const found = async (texts: readonly string[], n: string) => {
      const [ranking] = await rankContexts({
        ...{ parameters: { 'min-count': '1', n }, rounds: 0, seed: 1, detail: 0 },
        parts: [{ point: null, matrix, columns }],
        ...{ rows: places, places, groups: sentences, kinds: [{ of: 'word', symbols: symbols(texts) }] },
        ...{ provenance, signal: new AbortController().signal, onProgress: () => {} },
      });
      const by = new Map(ranking!.neurons.map((neuron) => [neuron.unit, neuron]));
      return Array.from({ length: 768 }, (_, unit) => by.get(unit));
    };
    const words = train.map((row) => facts.word[row]!);
    const ofWords = await found(words, '1');
    expect(largestDifference(ofWords.map((each) => each?.score ?? null), at('word20'), dead)).toBeLessThan(1e-6); // prettier-ignore
    const pairs = await found(words, '2');
    expect(largestDifference(pairs.map((each) => each?.score ?? null), at('bigram20'), dead)).toBeLessThan(1e-6); // prettier-ignore
    const upos = await found(train.map((row) => facts.upos[row]!), '1'); // prettier-ignore
    expect(largestDifference(upos.map((each) => each?.score ?? null), at('upos20'), dead)).toBeLessThan(1e-6); // prettier-ignore
    expect(largestDifference(upos.map((each) => each?.corrected ?? null), at('upos20_miller_madow'), dead)).toBeLessThan(1e-6); // prettier-ignore
  });
});

test('where all words are one, or each is too rare to count, no neuron has a score, and the reason is said', async () => {
  const matrix = matrixOfNeurons([[1, 2, 3, 4]]);
  for (const words of ['a a a a', 'a b c d']) {
    const [ranking] = await rank(matrix, words, { rounds: 2, parameters: { 'min-count': '2' } });
    expect(ranking).toMatchObject({ neurons: [], undefined: [{ id: '0', reason: 'one-context' }], null: null });
  }
});
