import { defineDescription } from '../method';
import { count } from '../parameters';
import { columnMoments } from '../statistics/columnMoments';

/** One class's share of the histogram. */
export interface ClassDistribution {
  readonly count: number;
  /** Null without rows. */
  readonly mean: number | null;
  /** Sample standard deviation; null below two rows. */
  readonly deviation: number | null;
  /** Rows in each bin. */
  readonly bins: readonly number[];
}

/** Histograms of a neuron by class on common bins. */
export interface Distribution {
  /** Bin b holds values from `edges[b]` to `edges[b + 1]`, the last bin both ends. */
  readonly edges: readonly number[];
  /** Rows with a label, by class; one class of all rows where no labels are given. */
  readonly classes: readonly ClassDistribution[];
  /** Of two classes: (mean₁ − mean₀) / √((s₁² + s₀²)/2); null where it is undefined. */
  readonly dPrime: number | null;
  /** Of two classes: the share of their histograms that lies on top of each other, from 0 (apart) to 1 (the same). */
  readonly overlap: number | null;
}

/**
 * How a neuron's values are distributed on the rows of each class: the split histogram by which Radford, Jozefowicz and
 * Sutskever (2017) showed the sentiment unit. Null for a constant neuron.
 */
export const distribution = defineDescription({
  id: 'distribution',
  title: 'Distribution',
  family: 'visualisation',
  citation: 'Radford, Jozefowicz and Sutskever 2017, arXiv 1704.01444',
  formula: 'counts of x in bins by class; d′ = (mean⁺ − mean⁻) / √((s⁺² + s⁻²) / 2)',
  sees: 'how far apart a neuron keeps the classes, and in what shape',
  blindTo: 'why; anything that two neurons show only together',
  parameters: { bins: count({ default: 64, min: 2, max: 4096, unit: 'bins', help: 'bins between the least and the largest value' }) },

  describe({ values, included, labels, classes }, { bins }): Distribution | null {
    const whole = labels && classes !== undefined;
    const classOf = (row: number) => (included?.[row] === 0 ? -1 : whole ? labels[row]! : 0);
    const all = columnMoments(
      values,
      Uint8Array.from(values, (_, row) => Number(classOf(row) >= 0)),
    );
    if (all.count === 0 || all.min === all.max || !Number.isFinite(all.scatter)) return null;
    const width = (all.max - all.min) / bins;
    const byClass = Array.from({ length: whole ? classes : 1 }, (_, k): ClassDistribution => {
      const own = columnMoments(
        values,
        Uint8Array.from(values, (_value, row) => Number(classOf(row) === k)),
      );
      const counts = new Array<number>(bins).fill(0);
      values.forEach((value, row) => {
        if (classOf(row) !== k) return;
        const bin = Math.min(bins - 1, Math.floor((value - all.min) / width));
        counts[bin] = counts[bin]! + 1;
      });
      return {
        count: own.count,
        mean: own.count > 0 ? own.mean : null,
        deviation: own.count > 1 ? Math.sqrt(own.scatter / (own.count - 1)) : null,
        bins: counts,
      };
    });
    const edges = Array.from({ length: bins + 1 }, (_, b) => (b === bins ? all.max : all.min + b * width));
    return { edges, classes: byClass, ...compared(byClass) };
  },
});

function compared([first, second, ...others]: readonly ClassDistribution[]): { dPrime: number | null; overlap: number | null } {
  if (!first || !second || others.length > 0 || first.count === 0 || second.count === 0) return { dPrime: null, overlap: null };
  const overlap = first.bins.reduce((sum, n, b) => sum + Math.min(n / first.count, second.bins[b]! / second.count), 0);
  if (first.deviation === null || second.deviation === null) return { dPrime: null, overlap };
  const spread = Math.sqrt((first.deviation ** 2 + second.deviation ** 2) / 2);
  return { dPrime: spread === 0 ? null : (second.mean! - first.mean!) / spread, overlap };
}
