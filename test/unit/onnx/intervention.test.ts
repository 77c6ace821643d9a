import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { siteFeed } from '../../../server/src/onnx/intervention';
import type { EditSite, Operation, TapEdit } from '../../../server/src/onnx/intervention';
import { followedBy, identity } from '../../../server/src/onnx/intervention/change';
import type { Change } from '../../../server/src/onnx/intervention/change';

const applied = (x: number, { scale, add, low, high }: Change) => Math.min(Math.max(scale * x + add, low), high);
const stepwise: Readonly<Record<Operation, (x: number, value: number) => number>> = {
  set: (_, value) => value,
  scale: (x, value) => x * value,
  add: (x, value) => x + value,
  'at-most': Math.min,
  'at-least': Math.max,
};

describe('several edits of one number', () => {
  // Eighths keep float64 exact, so that equal means equal.
  const eighths = fc.integer({ min: -80, max: 80 }).map((n) => n / 8);
  const edit = fc.tuple(fc.constantFrom<Operation>('set', 'scale', 'add', 'at-most', 'at-least'), eighths);

  test('are one change that does what they do one after the other', () => {
    fc.assert(
      fc.property(eighths, fc.array(edit, { maxLength: 4 }), (x, edits) => {
        const one = edits.reduce((change, [operation, value]) => followedBy(change, operation, value), identity);
        const slowly = edits.reduce((current, [operation, value]) => stepwise[operation](current, value), x);
        expect(applied(x, one) + 0).toBe(slowly + 0);
      }),
    );
  });

  test('none leaves every number as it is, zeros of either sign too', () => {
    for (const x of [1.5, 0, -0, Infinity]) expect(Object.is(applied(x, identity), x)).toBe(true);
  });

  test('a value, then a factor: the factor applies to the value', () => {
    const change = followedBy(followedBy(identity, 'set', 1), 'scale', -3);
    expect(applied(99, change)).toBe(-3);
  });

  test('a limit scaled by a negative factor becomes the other limit', () => {
    // at most 2, then times −1: at least −2
    const change = followedBy(followedBy(identity, 'at-most', 2), 'scale', -1);
    expect([applied(5, change), applied(1, change)]).toEqual([-2, -1]);
  });
});

/** Three neurons, two rows of three tokens; the first row begins with padding. */
const point = { stack: '', layer: 1, tap: 'ffn' } as const;
const tap = { point, tensor: 't', width: 3, layout: 'BTN', op: 'Relu', readBy: [] } as const;
const rows = { size: 2, length: 3, mask: Uint8Array.of(0, 1, 1, 1, 1, 1) };

/** What a feed makes of 6 rows of [1, 2, 3]. */
function changed(site: EditSite, edits: readonly TapEdit[], within: Parameters<typeof siteFeed>[2] = rows): number[] {
  const { cells, rows: count, ...numbers } = siteFeed(site, edits, within);
  const values = Array.from({ length: 18 }, (_, i) => (i % 3) + 1);
  const at = (i: number): Change => ({ scale: numbers.scale[i] ?? NaN, add: numbers.add[i] ?? NaN, low: numbers.low[i] ?? NaN, high: numbers.high[i] ?? NaN }); // prettier-ignore
  if (!cells) return values.map((x, i) => applied(x, at(i % (count * 3))));
  cells.forEach((cell, i) => (values[cell] = applied(values[cell] ?? NaN, at(i))));
  return values;
}

describe('edits of neurons at tokens', () => {
  test('without tokens reach every token, padding too', () => {
    const edits: TapEdit[] = [{ point, units: [1], operation: 'set', values: [9] }];
    expect(changed({ tap, form: 'dense' }, edits)).toEqual([1, 9, 3, 1, 9, 3, 1, 9, 3, 1, 9, 3, 1, 9, 3, 1, 9, 3]);
  });

  test('positions count the real tokens of their row', () => {
    const edits: TapEdit[] = [{ point, units: [0, 2], operation: 'add', values: [10, 20], places: [{ row: 0, position: 0 }, { row: 1, position: 2 }] }]; // prettier-ignore
    expect(changed({ tap, form: 'sparse' }, edits)).toEqual([1, 2, 3, 11, 2, 23, 1, 2, 3, 1, 2, 3, 1, 2, 3, 11, 2, 23]);
  });

  test('positions go on where a text goes on, and what lies before or behind is left out', () => {
    const places = [0, 3, 4, 9].map((position) => ({ row: 1, position }));
    const edits: TapEdit[] = [{ point, units: [0], operation: 'set', values: [5, 6, 7, 8], places }];
    // The second row holds tokens 3, 4 and 5.
    expect(changed({ tap, form: 'sparse' }, edits, { ...rows, past: 3 }).slice(9)).toEqual([6, 2, 3, 7, 2, 3, 1, 2, 3]);
  });

  test('the dense and the sparse form do the same', () => {
    const placesOf = fc.array(fc.record({ row: fc.nat(1), position: fc.nat(3) }), { maxLength: 4 });
    const edit = fc
      .record({
        units: fc.uniqueArray(fc.nat(2), { minLength: 1 }),
        operation: fc.constantFrom<Operation>('set', 'scale', 'add', 'at-most', 'at-least'),
        value: fc.integer({ min: -4, max: 4 }),
        places: fc.option(placesOf, { nil: undefined }),
      })
      .map(({ value, places, ...rest }): TapEdit => ({ point, ...rest, values: [value], ...(places ? { places } : {}) }));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), (edits) => {
        expect(changed({ tap, form: 'sparse' }, edits)).toEqual(changed({ tap, form: 'dense' }, edits));
      }),
    );
  });
});
