/** Formulas that say where a neuron is active: the survey's example, what must hold of any search, and reference scores. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import { bitsWhere, size, sizeOfBoth } from '../../../server/src/methods/compositional/bits';
import type { Bits } from '../../../server/src/methods/compositional/bits';
import { compositional, explainer } from '../../../server/src/methods/compositional/explanation';
import type { Explained } from '../../../server/src/methods/compositional/explanation';
import { atomCount, evaluate, formulaText } from '../../../server/src/methods/compositional/formula';
import { nearestAtoms } from '../../../server/src/methods/compositional/neighbours';
import { atomsOf, searchFormulas } from '../../../server/src/methods/compositional/search';
import { checkParameters } from '../../../server/src/methods/parameters';
import { hasShared } from '../../helpers/shared';
import { folder, json } from './referenceFiles';

const bitsOf = (marks: readonly number[]): Bits => bitsWhere(marks.length, (row) => marks[row] === 1);
const digits = (text: string): number[] => Array.from(text, Number);

const neuron = bitsOf([1, 1, 1, 1, 0, 0, 1, 0]);
const names = ['noun', 'verb', 'pre', 'neg'];
const atoms = atomsOf(names, ['11000000', '00110000', '11111100', '00000110'].map((marks) => bitsOf(digits(marks)))); // prettier-ignore

describe('the survey’s example', () => {
  const found = (beam: number, length: number) => {
    const best = searchFormulas(neuron, atoms, { beam, length });
    return best.map(({ score, formula }) => [score, formulaText(formula, names)] as const);
  };

  test('single concepts, pairs and triples have the overlaps that a person counts', () => {
    expect(searchFormulas(neuron, atoms, { beam: 4, length: 1 })[0]!.score).toBe(4 / 7);
    expect(found(10, 2)[1]).toEqual([0.8, '(noun OR verb)']);
    expect(found(10, 3)[2]).toEqual([5 / 6, '((neg OR noun) OR verb)']);
  });

  test('a narrow beam ends where its prefixes lead, a beam of 12 different sets finds the formula that fits', () => {
    expect(found(1, 5)[4]).toEqual([5 / 7, '(pre OR neg)']);
    for (const beam of [2, 4, 10]) expect(found(beam, 5)[3]![0]).toBe(5 / 6);
    expect(found(12, 4)[3]).toEqual([1, '(((neg AND NOT pre) OR noun) OR verb)']);
  });

  test('a neuron that is active nowhere, or where no concept holds, has no formula', () => {
    expect(searchFormulas(bitsOf(digits('00000000')), atoms, { beam: 5, length: 3 })).toEqual([]);
    expect(searchFormulas(bitsOf(digits('00000001')), atoms, { beam: 5, length: 3 })).toEqual([]);
  });
});

const marks = (rows: number) => fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows });
const problem = fc
  .integer({ min: 1, max: 70 })
  .chain((rows) => fc.tuple(marks(rows), fc.array(marks(rows), { minLength: 1, maxLength: 5 })));

describe('whatever the concepts', () => {
  test('formulas re-evaluate to their score, keep to their length, and longer ones are never worse', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 1, max: 6 }), ([active, rows], beam) => {
        const bits = bitsOf(active);
        const known = atomsOf(
          rows.map((_, i) => `a${i}`),
          rows.map(bitsOf),
        );
        const best = searchFormulas(bits, known, { beam, length: 4 });
        best.forEach(({ formula, score, both, size: holds }, round) => {
          const again = evaluate(formula, known.bits);
          expect([size(again), sizeOfBoth(again, bits)]).toEqual([holds, both]);
          expect(score).toBe(both / (holds + size(bits) - both));
          expect(atomCount(formula)).toBeLessThanOrEqual(round + 1);
          if (round > 0) expect(score).toBeGreaterThanOrEqual(best[round - 1]!.score);
        });
      }),
    );
  });

  test('pruning loses nothing: with a beam that holds everything, pairs are as good as the best of all pairs', () => {
    fc.assert(
      fc.property(problem, ([active, rows]) => {
        const bits = bitsOf(active);
        const known = atomsOf(
          rows.map((_, i) => `a${i}`),
          rows.map(bitsOf),
        );
        const score = (set: readonly number[]): number => {
          const both = set.filter((mark, row) => mark === 1 && active[row] === 1).length;
          const either = set.filter((mark, row) => mark === 1 || active[row] === 1).length;
          return both === 0 ? 0 : both / either;
        };
        // As published, only atoms that hold somewhere where the neuron is active take part.
        const seeds = rows.filter((set) => score(set) > 0);
        const all = seeds.flatMap((f) => [
          f,
          ...seeds.flatMap((a) => [f.map((x, i) => x | a[i]!), f.map((x, i) => x & a[i]!), f.map((x, i) => x & (1 - a[i]!))]),
        ]);
        const best = searchFormulas(bits, known, { beam: 100, length: 2 });
        expect(best.at(-1)?.score ?? 0).toBe(Math.max(0, ...all.map(score)));
      }),
    );
  });
});

describe('an explanation', () => {
  const rows = 60;
  const held = Uint8Array.from({ length: rows }, (_, row) => Number(row % 5 === 4));
  const sets = [3, 4, 7].map((step) => bitsWhere(rows, (row) => row % step === 0));
  const explain = explainer({ rows, names: ['three', 'four', 'seven'], bits: sets, held }, { quantile: 0.75, beam: 5, length: 3 });

  test('names the rows where formula and neuron disagree, the telling ones first', () => {
    const values = Float32Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 10 + row / 100 : row / 100));
    values[8] = 0;
    values[9] = 99;
    const found = explain(values) as Explained;
    expect(found.formula).toBe('four');
    expect([found.holds, found.active, found.both]).toEqual([15, 15, 14]);
    expect(found.score).toBe(14 / 16);
    expect(found.missed).toEqual([9]);
    expect(found.unmatched).toEqual([8]);
    // Row 9 is held out: 3 rows of the formula there, and it.
    expect(found.heldOut).toMatchObject({ formula: 'four', both: 3, active: 4, holds: 3 });
  });

  test('of a constant neuron, and of one with numbers that are none, is a reason', () => {
    expect(explain(new Float32Array(rows))).toBe('constant');
    expect(explain(new Float32Array(rows).fill(Number.NaN))).toBe('not-finite');
    expect(explain(Float32Array.from({ length: rows }, (_, row) => Math.min(row, 30)))).toBe('no-active');
  });

  test('of low values is that of the negated neuron', () => {
    const values = Float32Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? -5 : 5) + row / 100);
    const low = explainer(
      { rows, names: ['three', 'four', 'seven'], bits: sets, held },
      { quantile: 0.75, beam: 5, length: 3, side: 'low' },
    );
    const [found, negated] = [low(values), explain(values.map((value) => -value))] as [Explained, Explained];
    expect({ ...found, threshold: 0 }).toEqual({ ...negated, threshold: 0 });
    expect(found.threshold).toBe(-negated.threshold);
  });
});

describe.skipIf(!hasShared)('against the reference scores', () => {
  test('every formula re-evaluates exactly and reaches the reference at the same beam and length', () => {
    const reference = json('corpus/compositional.json');
    const x = readNpy(folder('data/X_train.npy')).values;
    const given = readNpy(folder('data/atoms.npy')).values;
    const columns: string[] = reference.atoms;
    const known = atomsOf(
      columns,
      columns.map((_, atom) => bitsWhere(1500, (row) => given[row * columns.length + atom] === 1)),
    );
    const below: string[] = [];
    for (const { unit, active: count, threshold, reference: scores, deduplicated } of reference.units) {
      const active = bitsWhere(1500, (row) => x[row * 768 + unit]! > threshold);
      expect(size(active)).toBe(count);
      for (const { beam, length, score } of [...scores, ...deduplicated]) {
        const best = searchFormulas(active, known, { beam, length }).at(-1)!;
        const rows = evaluate(best.formula, known.bits);
        expect(best.score).toBe(sizeOfBoth(rows, active) / (size(rows) + size(active) - sizeOfBoth(rows, active)));
        // The reference divides rounded counts in the same way; one rounding apart is the same score.
        if (best.score < score - 1e-15) below.push(`${unit} beam ${beam} length ${length}: ${best.score} < ${score}`);
      }
    }
    expect(below).toEqual([]);
  });
});

describe('words and those nearest to them', () => {
  test('are the largest cosines, ties in order; a word without a vector has none and is none', () => {
    const vectors = [[1, 0], [2, 0.2], null, [0, 3], [3, 0], [0, 0]];
    expect(nearestAtoms(vectors, 2)).toEqual([
      { atom: 0, near: [4, 1] },
      { atom: 1, near: [0, 4] },
      { atom: 3, near: [1, 0] },
      { atom: 4, near: [0, 1] },
    ]);
    expect(nearestAtoms(vectors, 0)).toEqual([]);
    expect(nearestAtoms([[1, 2], null], 5)).toEqual([]);
  });

  test('stand in a formula as one atom, and in its tree as the words that they are', () => {
    // Active on cats, dogs and cows; the verb is no word.
    const words = { cat: '1100000000', dog: '0011000000', cow: '0000100000', verb: '0000001111' };
    const explain = explainer(
      {
        rows: 10,
        names: Object.keys(words),
        bits: Object.values(words).map((text) => bitsOf(digits(text))),
        neighbours: [{ atom: 0, near: [1, 2] }],
        held: new Uint8Array(10),
      },
      { ...checkParameters(compositional, {}), quantile: 0.5, length: 2 },
    );
    const found = explain(Float64Array.from([9, 8, 7, 6, 5, 0, 0, 0, 0, 0])) as Explained;
    expect(found).toMatchObject({ formula: 'NEIGHBORS(cat)', length: 1, score: 1, tree: ['or', ['or', 0, 1], 2] });
    expect(found.bestAtom).toEqual({ name: 'NEIGHBORS(cat)', score: 1 });
  });

  test('of two formulas with the same rows the one without the operator is the better', () => {
    const bits = ['1100', '0011'].map((text) => bitsOf(digits(text)));
    const same = atomsOf(['a', 'b', 'NEIGHBORS(b)'], [...bits, bits[0]!], 2);
    expect(searchFormulas(bits[0]!, same, { beam: 5, length: 1 })[0]!.formula).toBe(0);
  });
});
