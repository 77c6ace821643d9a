/**
 * What mutual information is when there is none: its mean over all permutations of the rows, exactly. Under a permutation the
 * rows that two classes of `a` and `c` rows share are hypergeometric (Vinh, Epps and Bailey 2010, JMLR 11, section 4.1).
 */

/** Mean, over all permutations of `rows` rows, of what two classes add to the plug-in estimate in nats. */
export type ExpectedCell = (a: number, c: number) => number;

/** Makes the function for a number of rows; pairs of sizes that come again are looked up. Sums are made in float64. */
export function expectedCell(rows: number): ExpectedCell {
  const logFactorial = new Float64Array(rows + 1);
  for (let k = 2; k <= rows; k++) logFactorial[k] = logFactorial[k - 1]! + Math.log(k);
  const known = new Map<number, number>();
  const logChoose = (n: number, k: number): number => logFactorial[n]! - logFactorial[k]! - logFactorial[n - k]!;

  function compute(a: number, c: number): number {
    const [low, high] = [Math.max(0, a + c - rows), Math.min(a, c)];
    const mode = Math.min(high, Math.max(low, Math.floor(((a + 1) * (c + 1)) / (rows + 2))));
    const atMode = Math.exp(logChoose(c, mode) + logChoose(rows - c, a - mode) - logChoose(rows, a));
    const term = (n: number, chance: number): number => (n === 0 ? 0 : chance * (n / rows) * Math.log((n * rows) / (a * c)));
    let sum = term(mode, atMode);
    // Outwards from the likeliest number, until what is left cannot be seen in a float64.
    for (let n = mode, chance = atMode; n < high && chance > negligible; n++) {
      chance *= ((a - n) * (c - n)) / ((n + 1) * (rows - a - c + n + 1));
      sum += term(n + 1, chance);
    }
    for (let n = mode, chance = atMode; n > low && chance > negligible; n--) {
      chance *= (n * (rows - a - c + n)) / ((a - n + 1) * (c - n + 1));
      sum += term(n - 1, chance);
    }
    return sum;
  }

  return (a, c) => {
    if (a === 0 || c === 0) return 0;
    const key = a * (rows + 1) + c;
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(a, c)));
    return value;
  };
}

const negligible = 1e-20;
