import { defineRanking } from '../method';
import { count } from '../parameters';
import { mostMassBins } from '../statistics/bins';
import type { ClassBins, Cuts, Quantiles } from '../statistics/bins';

/**
 * How much a neuron's value, cut into bins of equal mass, tells about the class: Σ p(a, c) log(p(a, c) / (p(a) p(c))) in
 * nats (Kádár et al. 2017, section 5). At least 0, at most the entropy of either side. The plug-in estimate is too large by
 * about (bins − 1)(classes − 1)/(2N), which is its chance level; `corrected` is the estimate of Miller 1955 and Madow.
 */
export const mutualInformation = defineRanking({
  id: 'mutual-information',
  title: 'Mutual information',
  family: 'corpus-based',
  citation: 'Kádár, Chrupała and Alishahi 2017, arXiv 1602.08952; Miller 1955',
  formula: 'I = Σ over bins a and classes c of p(a, c) · ln(p(a, c) / (p(a) · p(c))), bins of equal mass',
  sees: 'single neurons whose value tells the classes apart in any way, also by values in between',
  blindTo: 'which values mark which class; concepts shared by a group of neurons; small differences where rows are few',
  needs: ({ bins }) => ({ labels: 'either', order: false, cuts: (quantiles) => equalMass(quantiles, bins) }),
  beside: { corrected: 'the same with the correction of Miller and Madow; may lie below 0', bins: 'bins that have rows' },
  parameters: {
    bins: count({ default: 20, min: 2, max: mostMassBins, unit: 'bins', help: 'bins of equal mass; equal values share one' }),
  },
  chance: ({ positive, negative, classes }, { bins }) => ((bins - 1) * (classes - 1)) / (2 * (positive + negative)),
  noInterval: 'no intervals: drawing sentences again and again makes a plug-in estimate of information too large',

  score({ positive, negative, focus }, _, bins) {
    if (!bins) return 'one-class';
    const { information, corrected, occupied } = informationOf(bins);
    const direction = focus >= 0 && positive.mean < negative.mean ? -1 : 1;
    return { score: information, direction, beside: { corrected, bins: occupied } };
  },
});

/** Edges at the quantiles k/bins; the bin of a value is the number of edges that it reaches. */
function equalMass(quantiles: Quantiles, bins: number): Cuts {
  const edges = Array.from({ length: bins - 1 }, (_, k) => quantiles.below((k + 1) / bins));
  return {
    bins,
    edges,
    binOf: (value) => {
      let reached = 0;
      for (let step = edges.length; step > 0;) {
        const half = (step + 1) >> 1;
        if (edges[reached + half - 1]! <= value) {
          reached += half;
          step -= half;
        } else step = half - 1;
      }
      return reached;
    },
  };
}

/** Plug-in estimate, corrected estimate (both in nats) and bins with rows. Sums are made in float64. */
function informationOf({ bins, classes, counts }: ClassBins): { information: number; corrected: number; occupied: number } {
  const ofBin = new Float64Array(bins);
  const ofClass = new Float64Array(classes);
  let total = 0;
  for (let bin = 0, at = 0; bin < bins; bin++) {
    for (let k = 0; k < classes; k++, at++) {
      ofBin[bin] = ofBin[bin]! + counts[at]!;
      ofClass[k] = ofClass[k]! + counts[at]!;
      total += counts[at]!;
    }
  }
  let sum = 0;
  let cells = 0;
  for (let bin = 0, at = 0; bin < bins; bin++) {
    for (let k = 0; k < classes; k++, at++) {
      const n = counts[at]!;
      if (n === 0) continue;
      cells++;
      sum += n * Math.log((n * total) / (ofBin[bin]! * ofClass[k]!));
    }
  }
  const occupied = ofBin.reduce((found, n) => found + Number(n > 0), 0);
  const present = ofClass.reduce((found, n) => found + Number(n > 0), 0);
  // Independence gives sums of rounding only; information is never below 0.
  const information = Math.max(0, sum / total);
  return { information, corrected: information + (occupied + present - cells - 1) / (2 * total), occupied };
}
