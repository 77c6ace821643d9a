import { defineRanking } from '../method';
import { choice, real } from '../parameters';
import type { ClassBins, Cuts, Quantiles } from '../statistics/bins';

/** Rows where the neuron is active on one side, and those of them that carry the concept. */
interface Side {
  readonly active: number;
  readonly both: number;
  readonly iou: number;
  readonly edge: number;
}

/**
 * Overlap of the concept's rows with the rows where the neuron is strictly above a quantile of its values: rows in both,
 * over rows in either (network dissection, brought to language by Mu and Andreas 2020, section 2). In [0, 1]; chance is
 * what a mask of that size gives that knows nothing of the concept.
 */
export const maskOverlap = defineRanking({
  id: 'iou',
  title: 'Mask overlap (intersection over union)',
  family: 'corpus-based',
  citation: 'Mu and Andreas 2020, arXiv 2006.14032; Bau et al. 2017',
  formula: '|A ∩ C| / |A ∪ C|, with A the rows where x > its quantile, and C the rows of the concept',
  sees: 'single neurons whose strongest rows are those of the concept',
  blindTo: 'values below the threshold; concepts much rarer or commoner than the share of active rows (see cap); groups of neurons',
  needs: ({ quantile }) => ({ labels: 'binary', order: false, cuts: (quantiles) => tails(quantiles, quantile) }),
  beside: {
    active: 'rows where the neuron is active',
    both: 'active rows that carry the concept',
    precision: 'share of the active rows that carry the concept',
    recall: 'share of the rows of the concept where the neuron is active',
    cap: 'the largest overlap that so many active rows can have',
    threshold: 'value beyond which the neuron counts as active',
    iou_high: 'overlap of values above the quantile',
    iou_low: 'overlap of values as far below, which is that of the negated neuron',
  },
  parameters: {
    quantile: real({ default: 0.995, min: 0.5, max: 1, help: 'share of the rows that a value must exceed to be active' }),
    side: choice({ default: 'high', of: ['high', 'low', 'either'], help: 'which values are active: high ones, low ones, or the better' }),
  },
  end: 1,
  chance: ({ positive, negative }, { quantile }) => {
    const share = positive / (positive + negative);
    const active = 1 - quantile;
    return active === 0 ? 0 : (active * share) / (active + share - active * share);
  },

  score({ positive, focus }, { side }, bins) {
    if (!bins) return 'one-class';
    const high = sideOf(bins, 2, focus, positive.count);
    const low = sideOf(bins, 0, focus, positive.count);
    const lower = side === 'low' || (side === 'either' && low.iou > high.iou);
    const { active, both, iou, edge } = lower ? low : high;
    return {
      score: iou,
      direction: lower ? -1 : 1,
      beside: {
        ...{ active, both, recall: both / positive.count, threshold: edge, iou_high: high.iou, iou_low: low.iou },
        cap: Math.min(active, positive.count) / Math.max(active, positive.count),
        ...(active > 0 && { precision: both / active }),
      },
    };
  },
});

/** Three bins: below the low edge, between, above the high edge; what equals an edge is not active. */
function tails(quantiles: Quantiles, share: number): Cuts {
  const [low, high] = [quantiles.above(share), quantiles.below(share)];
  return { bins: 3, edges: [low, high], binOf: (value) => (value > high ? 2 : value < low ? 0 : 1) };
}

function sideOf({ counts, classes, edges }: ClassBins, bin: number, focus: number, positives: number): Side {
  let active = 0;
  for (let k = 0; k < classes; k++) active += counts[bin * classes + k]!;
  const both = counts[bin * classes + focus]!;
  return { active, both, iou: both / (active + positives - both), edge: edges[bin === 0 ? 0 : 1]! };
}
