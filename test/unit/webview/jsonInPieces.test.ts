/** JSON in pieces is the JSON of the language, whatever the size of a piece. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseInPieces } from '../../../webview/src/table/jsonInPieces';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const always = (): Promise<void> => Promise.resolve();
const read = async (text: string, piece: number): Promise<unknown> => plain(await parseInPieces(bytes(text), always, piece));

/** With long lists of numbers as they stand in the text. */
function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return Array.from(value, (number) => (Number.isNaN(number) ? null : number));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, member] of Object.entries(value)) Object.defineProperty(value, key, { value: plain(member) });
  return value;
}
const pieceSizes = fc.integer({ min: 1, max: 40 });

describe('JSON in pieces', () => {
  test('any value is read as it is at once, with whatever space is around its parts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), pieceSizes, fc.constantFrom(0, 1, 3), async (value, piece, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(await read(text, piece)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('what is no JSON is refused, wherever it breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 4 }),
        pieceSizes,
        fc.nat(),
        fc.constantFrom('', ',', ']', '}', '[', '{', '"', ':', 'x', '[1,2,3]', '{"a":[1]}', ' '),
        async (value, piece, at, put) => {
          const whole = JSON.stringify(value);
          const place = at % (whole.length + 1);
          const text = whole.slice(0, place) + put + whole.slice(place + (put === '' ? 1 : 0));
          let expected: unknown;
          try {
            expected = JSON.parse(text);
          } catch {
            await expect(read(text, piece)).rejects.toThrow();
            return;
          }
          expect(await read(text, piece)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a file cut in half, two values, commas that are missing or too many, brackets of two kinds', async () => {
    for (const text of [
      '',
      '[1,2',
      '[1][2]',
      '[[1,2,3],]',
      '[[1,2,3][4]]',
      '[,[1,2,3]]',
      '{"a":[1,2,3]"b":1}',
      '[1,2,3}',
      '{"a":[1,2}}',
      '"a',
    ])
      for (const piece of [1, 4, 1_000]) await expect(read(text, piece), text).rejects.toThrow();
    await expect(parseInPieces(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d), always, 1)).rejects.toThrow(TypeError);
    await expect(read('['.repeat(2_000) + ']'.repeat(2_000), 1)).rejects.toThrow('deep');
  });

  test('a member called __proto__ is a member, a repeated one is the last, and a mark of byte order is no part of the text', async () => {
    const strange = (await read('{"__proto__":{"a":1},"b":[1,2],"b":[3,4]}', 2)) as object;
    expect(Object.keys(strange)).toEqual(['__proto__', 'b']);
    expect(strange).toMatchObject({ b: [3, 4] });
    expect(await read('\ufeff[1,[2,3]]', 1)).toEqual([1, [2, 3]]);
    await expect(read('[1,\ufeff[2,3]]', 1)).rejects.toThrow();
  });

  test('a long list of numbers and nulls is one of numbers, with anything else among them it is a list', async () => {
    const numbers = await parseInPieces(bytes('[1,null,-2.5e3,0]'), always, 3);
    expect(numbers).toEqual(Float64Array.of(1, NaN, -2_500, 0));
    expect(await parseInPieces(bytes('[1,null,2,"a",null,[3,4,5]]'), always, 3)).toEqual([1, null, 2, 'a', null, Float64Array.of(3, 4, 5)]);
  });

  test('no piece is much larger than asked, and there is room between any two', async () => {
    const list = (from: number): number[] => Array.from({ length: 120 }, (_, i) => from + i);
    const value = { names: list(0).map(String), columns: list(1).map((from) => ({ score: list(from), note: 'short' })) };
    const text = JSON.stringify(value);
    const parse = vi.spyOn(JSON, 'parse');
    const shares: number[] = [];
    const found = await parseInPieces(bytes(text), (share) => Promise.resolve(void shares.push(share)), 200);
    const pieces = parse.mock.calls.map(([piece]) => piece.length);
    parse.mockRestore();
    expect(plain(found)).toEqual(value);
    // A piece ends with the member that fills it.
    expect(Math.max(...pieces)).toBeLessThan(200 + 20);
    expect(shares.length).toBeGreaterThanOrEqual(pieces.length - 1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1, 3);
  });
});
