import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../server/src/methods/statistics/random';
import { largest, nextToken, probabilitiesOf } from '../../../server/src/worker/sampling';
import { findingsOf } from '../../helpers/findings';

/** Probabilities 1/2, 1/4, 1/8, 1/8. */
const scores = [0.5, 0.25, 0.125, 0.125].map(Math.log);

/** How often each token is chosen in 8,000 draws. */
function shares(sampling: Parameters<typeof nextToken>[1]): number[] {
  const stream = randomStream(7);
  const counts = scores.map(() => 0);
  for (let draw = 0; draw < 8000; draw++) {
    const id = nextToken(scores, sampling, stream);
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts.map((count) => count / 8000);
}

describe('the next token', () => {
  test('is drawn by its probability', () => {
    // Five standard errors of a share of 1/2 over 8,000 draws are 0.028.
    shares({ temperature: 1 }).forEach((share, id) => expect(Math.abs(share - Math.exp(scores[id] ?? NaN))).toBeLessThan(0.028));
  });

  test('is one of the k most likely, of equal ones the first', () => {
    const [a = NaN, , , d] = shares({ temperature: 1, topK: 3 });
    expect(d).toBe(0);
    // Five standard errors of a share of 4/7 over 8,000 draws are 0.0277.
    expect(Math.abs(a - 4 / 7)).toBeLessThan(0.028);
  });

  test('is one of the fewest that together are likely enough', () => {
    expect(shares({ temperature: 1, topP: 0.75 }).slice(2)).toEqual([0, 0]);
    expect(shares({ temperature: 1, topP: 0.76 })[2]).toBeGreaterThan(0);
    expect(shares({ temperature: 1, topP: 0.01 })).toEqual([1, 0, 0, 0]);
  });

  test('is the most likely one at temperature 0, and mostly at a low one', () => {
    expect(shares({ temperature: 0 })).toEqual([1, 0, 0, 0]);
    expect(shares({ temperature: 0.1 })[0]).toBeGreaterThan(0.99);
  });

  test('comes from large scores as from small ones', () => {
    expect([...probabilitiesOf([1000, 1000 + Math.log(3)])].map((p) => p.toFixed(9))).toEqual(['0.250000000', '0.750000000']);
    expect(largest([1, 3, 3, 2], 3)).toEqual([1, 2, 3]);
  });

  test('cannot be chosen from what is no number', () => {
    expect(findingsOf(() => nextToken([0, NaN], { temperature: 0 }, randomStream(1)))).toMatchObject([{ code: 'ACT_NONFINITE' }]);
  });
});

test('the largest numbers are those that sorting puts first, few or many of them', () => {
  // Few different values, so that there are ties; more than 64 wanted numbers are found in another way than fewer.
  const values = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 150 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 150 }), (numbers, count) => {
      const sorted = [...numbers.keys()].sort((a, b) => (numbers[b] ?? NaN) - (numbers[a] ?? NaN) || a - b);
      expect(largest(numbers, count)).toEqual(sorted.slice(0, count));
    }),
  );
});
