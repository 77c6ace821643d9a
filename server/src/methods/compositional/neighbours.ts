/**
 * NEIGHBORS, the operator of formulas over words: a word or one of those nearest to it by their vectors. Mu and Andreas 2020,
 * section 3.2, take the five nearest by cosine.
 */

/** An atom with those nearest to it, the nearest first. */
export interface Neighbourhood {
  readonly atom: number;
  readonly near: readonly number[];
}

/**
 * For every atom that has a vector (of one length; null where it has none), the `count` others of the largest cosine, ties in
 * the order of the atoms. Nothing for an atom whose vector is zero, or that is alone.
 */
export function nearestAtoms(vectors: readonly (ArrayLike<number> | null)[], count: number): Neighbourhood[] {
  const known = vectors.flatMap((vector, atom) => {
    const unit = vector && unitVector(vector);
    return unit ? [{ atom, unit }] : [];
  });
  if (known.length < 2 || count < 1) return [];
  return known.map(({ atom, unit }) => {
    const cosines = known.flatMap((other) => (other.atom === atom ? [] : [{ atom: other.atom, cosine: dot(unit, other.unit) }]));
    // Stable: of equal cosines the earlier atom stays first.
    cosines.sort((a, b) => b.cosine - a.cosine);
    return { atom, near: cosines.slice(0, count).map((each) => each.atom) };
  });
}

function unitVector(vector: ArrayLike<number>): Float64Array | null {
  const own = Float64Array.from(vector);
  const length = Math.sqrt(dot(own, own));
  return length > 0 && Number.isFinite(length) ? own.map((x) => x / length) : null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
