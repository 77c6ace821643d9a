import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../../server/src/protocol/jsonPlace';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('a text has a fault exactly where JSON.parse refuses it', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"\\u00e9"', '"\\x"', '1', '-0.5e3', '01', 'true', 'null', 'NaN', ' ', '\n', '\u00a0', '"'); // prettier-ignore
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 8 }).map((each) => each.join('')),
    fc
      .json()
      .chain((text) =>
        fc.record({ at: fc.nat(text.length), piece: pieces }).map(({ at, piece }) => text.slice(0, at) + piece + text.slice(at)),
      ),
    fc.json(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(jsonFault(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 5000 },
  );
});

test('a million open brackets are met without recursion', () => {
  expect(jsonFault('['.repeat(1_000_000))).toMatchObject({ line: 1, column: 65, tooDeep: true });
});
