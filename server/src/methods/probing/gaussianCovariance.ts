/** Covariances of a Gaussian probe: how they are estimated, and what is left of them once some neurons are known. */
import type { SampleRows } from '../sample';
import type { GaussianClasses } from './gaussianClasses';

/** By what a class's sample variances and its sample covariances (over n) are multiplied. */
export interface Estimate {
  readonly variance: number;
  readonly covariance: number;
}

/**
 * The published estimates of classes of `counts` rows over `neurons` neurons, as factors of the sample's. map: the mode under
 * a normal-inverse-Wishart prior with Λ₀ = diag(S/n) and ν₀ = neurons + 2, so (Λ₀ + S)/(ν₀ + n + neurons + 2); unbiased: the
 * same with Λ₀ = diag(S/(n − 1)); mle: S/(n − 1) alone, which the published program means by it. Torroba Hennigen et al. 2020,
 * section 4.
 */
export function publishedEstimates(prior: 'map' | 'unbiased' | 'mle', counts: readonly number[], neurons: number): Estimate[] {
  return counts.map((n) => {
    if (prior === 'mle') return { variance: n / (n - 1), covariance: n / (n - 1) };
    const lambda = prior === 'map' ? 1 : n / (n - 1);
    const divisor = n + 2 * neurons + 4;
    return { variance: (lambda + n) / divisor, covariance: n / divisor };
  });
}

/** Variances of the sample, covariances shrunk as if `weight` further rows had shown none: n / (n + weight). */
export function shrunkEstimates(counts: readonly number[], weight: number): Estimate[] {
  return counts.map((n) => ({ variance: 1, covariance: n / (n + weight) }));
}

/** Rows of each class, ascending: one class after the other, sums over a class stay in the processor's cache. */
export function rowsByClass(labels: Int32Array, classes: number): Int32Array[] {
  return Array.from({ length: classes }, (_, k) => Int32Array.from(labels.keys()).filter((row) => labels[row] === k));
}

/** Sample covariances (over n) of one neuron with all, within each class: classes × neurons, as `model` counts them. */
export function covariancesWith(
  { neurons: width, values }: Pick<SampleRows, 'neurons' | 'values'>,
  rows: readonly Int32Array[],
  { neurons, means, counts }: Pick<GaussianClasses, 'neurons' | 'means' | 'counts'>,
  chosen: number,
): Float64Array {
  const count = neurons.length;
  const sums = new Float64Array(rows.length * count);
  const column = neurons[chosen] as number;
  rows.forEach((ofClass, k) => {
    const own = sums.subarray(k * count, (k + 1) * count);
    const mean = means.subarray(k * count, (k + 1) * count);
    const center = mean[chosen] as number;
    const share = counts[k] as number;
    const deviationAt = (from: number): number => ((values[from + column] as number) - center) / share;
    // Four rows a turn: what is known of a neuron is fetched once for them.
    const fours = ofClass.length - (ofClass.length % 4);
    for (let i = 0; i < fours; i += 4) {
      const [a, b, c, d] = [0, 1, 2, 3].map((next) => (ofClass[i + next] as number) * width) as [number, number, number, number];
      const [p, q, r, s] = [deviationAt(a), deviationAt(b), deviationAt(c), deviationAt(d)];
      for (let j = 0; j < count; j++) {
        const at = neurons[j] as number;
        const m = mean[j] as number;
        own[j] =
          (own[j] as number) +
          p * ((values[a + at] as number) - m) +
          q * ((values[b + at] as number) - m) +
          r * ((values[c + at] as number) - m) +
          s * ((values[d + at] as number) - m);
      }
    }
    for (let i = fours; i < ofClass.length; i++) {
      const from = (ofClass[i] as number) * width;
      const deviation = deviationAt(from);
      for (let j = 0; j < count; j++) {
        own[j] = (own[j] as number) + deviation * ((values[from + (neurons[j] as number)] as number) - (mean[j] as number));
      }
    }
  });
  return sums;
}

/**
 * A covariance matrix of which some neurons are known: rows of its pivoted Cholesky factor, and the variances that are left.
 * Only the columns of neurons that are taken are ever asked for, so nothing of size neurons × neurons is held.
 */
export interface ResidualCovariance {
  /** What is left of each neuron's variance. */
  readonly left: Float64Array;
  /** Of every neuron taken so far, its row of the factor: one number a neuron. */
  readonly factor: readonly Float64Array[];
  /** Takes one neuron, whose covariances with all are given, and returns its row of the factor. */
  take(neuron: number, covariances: Float64Array): Float64Array;
}

export function residualCovariance(variances: Float64Array): ResidualCovariance {
  const left = Float64Array.from(variances);
  const factor: Float64Array[] = [];
  return {
    left,
    factor,
    take(neuron, covariances) {
      const row = Float64Array.from(covariances);
      for (const known of factor) {
        const weight = known[neuron] as number;
        for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) - weight * (known[j] as number);
      }
      const root = Math.sqrt(left[neuron] as number);
      for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) / root;
      row[neuron] = root;
      for (let j = 0; j < row.length; j++) left[j] = (left[j] as number) - (row[j] as number) ** 2;
      factor.push(row);
      return row;
    },
  };
}
