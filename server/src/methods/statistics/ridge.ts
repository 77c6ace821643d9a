/** Ridge regression with an unpenalised intercept, by the normal equations in float64. */

/** Rows × features, row-major, with a number to predict for every row. */
export interface Regression {
  readonly rows: number;
  readonly features: number;
  readonly values: Float64Array;
  readonly target: Float64Array;
}

export interface RidgeFit {
  readonly weights: Float64Array;
  readonly intercept: number;
}

/** Minimises Σ(y − wx − b)² + alpha Σw², alpha > 0. */
export function ridge({ rows, features, values, target }: Regression, alpha: number): RidgeFit {
  const means = new Float64Array(features);
  let targetMean = 0;
  for (let r = 0; r < rows; r++) {
    for (let f = 0; f < features; f++) means[f] = means[f]! + values[r * features + f]! / rows;
    targetMean += target[r]! / rows;
  }
  const gram = new Float64Array(features * features);
  const weights = new Float64Array(features);
  const row = new Float64Array(features);
  for (let r = 0; r < rows; r++) {
    for (let f = 0; f < features; f++) row[f] = values[r * features + f]! - means[f]!;
    for (let f = 0; f < features; f++) {
      weights[f] = weights[f]! + row[f]! * (target[r]! - targetMean);
      for (let g = 0; g <= f; g++) gram[f * features + g] = gram[f * features + g]! + row[f]! * row[g]!;
    }
  }
  for (let f = 0; f < features; f++) gram[f * features + f] = gram[f * features + f]! + alpha;
  solve(gram, weights);
  return { weights, intercept: targetMean - weights.reduce((sum, weight, f) => sum + weight * means[f]!, 0) };
}

/** What a fit predicts for every row. */
export function predicted({ weights, intercept }: RidgeFit, { rows, features, values }: Regression): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = intercept;
    for (let f = 0; f < features; f++) sum += weights[f]! * values[r * features + f]!;
    return sum;
  });
}

/** 1 − Σ(y − ŷ)²/Σ(y − ȳ)²; null where all targets are equal. Below 0 where the mean would have predicted better. */
export function explained(target: Float64Array, guess: Float64Array): number | null {
  const mean = target.reduce((sum, y) => sum + y, 0) / target.length;
  const total = target.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  return total > 0 ? 1 - target.reduce((sum, y, r) => sum + (y - guess[r]!) ** 2, 0) / total : null;
}

/** Solves A x = b in place of b by Cholesky; of A, symmetric and positive definite, the lower half is given and overwritten. */
function solve(a: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k]!;
    b[i] = sum / a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k]!;
    b[i] = sum / a[i * n + i]!;
  }
}
