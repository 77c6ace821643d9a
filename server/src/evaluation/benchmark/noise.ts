/** Background activity of planted matrices: what neurons look like that know nothing. */
import { randomStream } from '../../methods/statistics/random';

/** A uniform number in (0, 1). */
export type Uniform = () => number;

/** The uniform numbers of a seed and keys. */
export function uniforms(seed: number, ...keys: readonly number[]): Uniform {
  const next = randomStream(seed, ...keys);
  return () => (next() + 0.5) / 0x1_0000_0000;
}

/** A standard normal number (Box and Muller 1958). */
export function normal(next: Uniform): number {
  return Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

/** Student's t with 3 degrees of freedom, divided by its standard deviation √3: rare values far out, as in residual streams. */
export function heavyTailed(next: Uniform): number {
  const chiSquare = normal(next) ** 2 + normal(next) ** 2 + normal(next) ** 2;
  return normal(next) / Math.sqrt(chiSquare);
}

/** A normal number with its lower half cut off: silent on half of all rows, as behind a ReLU. */
export function rectified(next: Uniform): number {
  return Math.max(0, normal(next));
}
