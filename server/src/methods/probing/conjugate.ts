/** Conjugate gradients: solves A·x = b for a symmetric A of which only products are known. */

export interface ConjugateOptions {
  readonly product: (direction: Float64Array) => Promise<Float64Array>;
  /** About the inverse of A, as its product with a vector; symmetric. */
  readonly inverse: (residual: Float64Array) => Float64Array;
  /** Ends when the residual is this share of `b`. */
  readonly share: number;
  readonly mostSteps: number;
}

/** The solution as far as it was driven; where A is singular, that of least length from zero. */
export async function conjugateGradients(
  b: Float64Array,
  { product, inverse, share, mostSteps }: ConjugateOptions,
): Promise<{ readonly solution: Float64Array; readonly steps: number }> {
  const x = new Float64Array(b.length);
  const residual = Float64Array.from(b);
  let scaled = inverse(residual);
  const direction = Float64Array.from(scaled);
  let size = dot(residual, scaled);
  const enough = share ** 2 * dot(b, b);
  let steps = 0;
  while (steps < mostSteps && dot(residual, residual) > enough) {
    const image = await product(direction);
    steps++;
    const curvature = dot(direction, image);
    // Along a direction without curvature nothing can be solved: what was found before it stays.
    if (!(curvature > 0)) break;
    const length = size / curvature;
    for (let at = 0; at < x.length; at++) {
      x[at] = (x[at] as number) + length * (direction[at] as number);
      residual[at] = (residual[at] as number) - length * (image[at] as number);
    }
    scaled = inverse(residual);
    const next = dot(residual, scaled);
    const kept = next / size;
    size = next;
    for (let at = 0; at < x.length; at++) direction[at] = (scaled[at] as number) + kept * (direction[at] as number);
  }
  return { solution: x, steps };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
