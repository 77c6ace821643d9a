import { defineRanking } from '../method';
import type { ClassStatistics } from '../method';
import { count, flag } from '../parameters';

/**
 * Sum over pairs of values of the distance of their means; for one value, over its pairs only. Rows without the attribute
 * take no part. Antverg and Belinkov 2022. Standardised, it is divided by the spread within the values (a sum of d′), so
 * that neurons of large scale do not come first for every concept.
 */
export const probeless = defineRanking({
  id: 'probeless',
  title: 'Probeless',
  family: 'corpus-based',
  citation: 'Antverg and Belinkov 2022, arXiv 2110.07483, section 3.1',
  formula: 'Σ over pairs of values of |mean of the one − mean of the other|; with one value in focus, its pairs only',
  sees: 'neurons whose mean differs between the values of an attribute',
  blindTo: 'spread: neurons of large scale rank high for every concept unless standardised; copies of a neuron; groups',
  needs: ({ standardise }) => ({ labels: 'values', order: false, ...(standardise ? { scatter: 'within' } : {}) }),
  parameters: {
    standardise: flag({ default: false, help: 'divide by the pooled standard deviation within the values' }),
    'min-rows': count({ default: 1, min: 1, unit: 'rows', help: 'values with fewer rows are left out' }),
  },
  chance: () => 0,

  score({ classes, focus }, { standardise, 'min-rows': minRows }) {
    const values = classes.filter(({ count: rows }) => rows >= minRows);
    const value = focus < 0 ? undefined : classes[focus];
    if (values.length < 2 || (value && value.count < minRows)) return 'few-rows';
    const distance = value ? distanceFrom(value, values) : distanceOfPairs(values);
    const unit = standardise ? pooledDeviation(values) : 1;
    if (unit === 0) return 'no-variance';
    return { score: distance / unit, direction: value && side(value, values) < 0 ? -1 : 1 };
  },
});

/** Σ |mean − mean of the value|. */
function distanceFrom(value: ClassStatistics, values: readonly ClassStatistics[]): number {
  let sum = 0;
  for (const { mean } of values) sum += Math.abs(mean - value.mean);
  return sum;
}

/** Above zero when the value's mean lies above those of the others on the whole. */
function side(value: ClassStatistics, values: readonly ClassStatistics[]): number {
  let sum = 0;
  for (const { mean } of values) sum += value.mean - mean;
  return sum;
}

/** Σ over pairs: with the means in ascending order, the k-th of K counts 2k − K + 1 times. */
function distanceOfPairs(values: readonly ClassStatistics[]): number {
  const means = Float64Array.from(values, ({ mean }) => mean).sort();
  return means.reduce((sum, mean, k) => sum + (2 * k - means.length + 1) * mean, 0);
}

/** Square root of the scatter within the values per degree of freedom. */
function pooledDeviation(values: readonly ClassStatistics[]): number {
  let rows = 0;
  let scatter = 0;
  for (const value of values) {
    rows += value.count;
    scatter += value.scatter;
  }
  return rows > values.length ? Math.sqrt(scatter / (rows - values.length)) : 0;
}
