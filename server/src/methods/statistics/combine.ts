/** Statistics of classes taken together. */
import type { ClassStatistics } from '../method';

/** Σ n (mean − mean of all)²: what the classes' means add to the scatter of all rows. */
export function scatterBetween(groups: readonly ClassStatistics[]): number {
  // Around the first mean, so that a large common offset costs no digits.
  const origin = groups[0]?.mean ?? 0;
  let rows = 0;
  let total = 0;
  for (const { count, mean } of groups) {
    rows += count;
    total += count * (mean - origin);
  }
  const centre = rows === 0 ? 0 : total / rows;
  let between = 0;
  for (const { count, mean } of groups) between += count * (mean - origin - centre) ** 2;
  return between;
}

/** Makes `into` the statistics of all rows of `groups`. */
export function combine(into: ClassStatistics, groups: readonly ClassStatistics[]): void {
  let rows = 0;
  let mean = 0;
  let scatter = 0;
  for (const group of groups) {
    if (group.count === 0) continue;
    const delta = group.mean - mean;
    // The first group is taken over as it is, so that equal values stay exactly equal.
    scatter = rows === 0 ? group.scatter : scatter + group.scatter + (delta * delta * rows * group.count) / (rows + group.count);
    mean = rows === 0 ? group.mean : mean + (delta * group.count) / (rows + group.count);
    rows += group.count;
  }
  into.count = rows;
  into.mean = mean;
  into.scatter = scatter;
}
