/**
 * Random numbers that depend only on what they are for: the same seed and keys give the same stream on every machine, in
 * whatever order shards, neurons and rounds are visited.
 */

/** A stream of uniform 32-bit integers. */
export type RandomStream = () => number;

/** The stream of `seed` and `keys` (splitmix32 started at a mix of them). */
export function randomStream(seed: number, ...keys: readonly number[]): RandomStream {
  let state = keys.reduce((mixed, key) => mix(mixed ^ Math.imul(key + 1, 0x9e3779b9)), mix(seed | 0));
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state) >>> 0;
  };
}

/** A uniform integer in `[0, below)`; the bias is below 2⁻³² · `below`. */
export function integerBelow(stream: RandomStream, below: number): number {
  return Math.floor((stream() * below) / 0x1_0000_0000);
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
