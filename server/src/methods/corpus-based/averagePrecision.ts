import { countText } from '../../protocol/counted';
import { defineRanking } from '../method';
import { count } from '../parameters';
import { mostBins } from '../statistics/bins';
import type { Cuts, Quantiles } from '../statistics/bins';
import { detectBinned } from '../statistics/detection';

/**
 * How well one neuron's value detects a concept, without a threshold: the area under its precision-recall curve, equal
 * values counted as one step, for high values and for low ones; the better side is the score. Suau, Zappella and
 * Apostoloff 2022, section 3. Scores lie in (0, 1]; chance is the share of rows that carry the concept. A neuron that reaches a
 * level is an expert of that level. Values may be counted in bins of equal width instead, each of which is then one step.
 */
export const averagePrecision = defineRanking({
  id: 'ap',
  title: 'Average precision',
  family: 'corpus-based',
  citation: 'Suau, Zappella and Apostoloff 2022, arXiv 2110.02802',
  formula:
    'AP = Σ over distinct values t, from the highest down: (R(t) − R(t before)) · P(t), with precision P and recall R of [x ≥ t]; the better of x and −x',
  sees: 'single neurons whose value alone separates the concept from other rows, on either side',
  blindTo: 'concepts shared by a group of neurons; words that are merely frequent among the rows of the concept',
  needs: ({ bins }) =>
    bins === 0 ? { labels: 'binary', order: true } : { labels: 'binary', order: false, cuts: (quantiles) => equalWidth(quantiles, bins) },
  beside: {
    ap_high: 'average precision of high values',
    ap_low: 'average precision of low values',
    auroc: 'chance that a row of the concept lies above another row',
  },
  parameters: {
    bins: count({
      default: 0,
      max: mostBins,
      unit: 'bins',
      help: '0 for the exact score; else values are counted in so many bins of equal width, as other programs do, and the score is approximate',
    }),
  },
  caution: ({ bins }) => (bins === 0 ? null : `approximate: values were counted in ${countText(bins)} bins of equal width`),
  expertLevels: [0.5, 0.6, 0.7, 0.8, 0.9],
  end: 1,
  chance: ({ positive, negative }) => positive / (positive + negative),

  score({ detection, focus }, _, bins) {
    const found = bins ? detectBinned(bins, focus) : detection;
    if (!found) return 'one-class';
    const { apHigh, apLow, auroc } = found;
    return {
      score: Math.max(apHigh, apLow),
      direction: apHigh >= apLow ? 1 : -1,
      beside: { ap_high: apHigh, ap_low: apLow, auroc },
    };
  },
});

/**
 * Bins between the least and the largest value. Bins of equal mass would put all rows of a rare concept into the last one, and
 * were found to be off by up to .3.
 */
function equalWidth(quantiles: Quantiles, bins: number): Cuts {
  const [least, largest] = [quantiles.below(0), quantiles.below(1)];
  const width = (largest - least) / bins;
  return {
    bins,
    edges: Array.from({ length: bins - 1 }, (_, k) => least + (k + 1) * width),
    binOf: (value) => Math.min(bins - 1, Math.floor((value - least) / width)),
  };
}
