/** What the tests against reference implementations share: where their files are, methods as they are asked, differences. */
import { readFileSync } from 'node:fs';
import { parseParameters, rankMethod } from '../../../server/src/methods';
import { shared } from '../../helpers/shared';

/** A file of the reference data. */
export const folder = (path: string) => shared(`fixtures/methods/${path}`);
export const json = (path: string) => JSON.parse(readFileSync(folder(path), 'utf8'));
/** Scores alone. */
export const quiet = { nullRounds: 0, intervalsFor: 0 };
/** A method with its parameters as a person writes them. */
export const with_ = (id: string, texts: Record<string, string> = {}) => ({
  method: rankMethod(id),
  parameters: parseParameters(rankMethod(id), texts),
});

/** Largest difference over the columns that are not nearly dead. */
export function largestDifference(
  found: readonly (number | null)[],
  expected: ArrayLike<number>,
  dead: ReadonlySet<number>,
  relative = false,
) {
  let largest = 0;
  found.forEach((score, column) => {
    if (dead.has(column)) return;
    const want = expected[column]!;
    if (score === null || Number.isNaN(want)) {
      if (score !== null || !Number.isNaN(want)) largest = Infinity;
      return;
    }
    largest = Math.max(largest, Math.abs(score - want) / (relative ? Math.abs(want) : 1));
  });
  return largest;
}
