import { defineRanking } from '../method';
import { choice } from '../parameters';

/**
 * Difference of the means, as a share of the neuron's range: (mean⁺ − mean⁻) / (max − min). Fan et al. 2023; the same
 * expression is the concept selectivity of Na et al. 2019. In [−1, 1], 0 is chance, ranked by absolute value.
 */
export const meanSelect = defineRanking({
  id: 'mean-select',
  title: 'MeanSelect (selectivity)',
  family: 'corpus-based',
  citation: 'Fan et al. 2023, arXiv 2301.12608; Na et al. 2019',
  formula: '(mean⁺ − mean⁻) / (max − min)',
  sees: 'neurons that shift by a large part of their range on the concept',
  blindTo: 'neurons with one far outlier, unless the range is taken between percentiles; concepts shared by a group',
  needs: ({ range }) => ({ labels: 'binary', order: range === 'percentiles' }),
  signed: true,
  beside: { difference: 'mean over the concept minus mean over the other rows, in units of the neuron' },
  parameters: {
    range: choice({
      default: 'extremes',
      of: ['extremes', 'percentiles'],
      help: 'what the difference is divided by: max − min, or the distance of the 99.5th from the 0.5th percentile',
    }),
  },
  end: 1,
  chance: () => 0,

  score({ positive, negative, min, max, quantile }, { range: kind }) {
    const difference = positive.mean - negative.mean;
    const range = kind === 'percentiles' && quantile ? quantile(0.995) - quantile(0.005) : max - min;
    if (range === 0) return 'no-variance';
    return { score: difference / range, direction: difference >= 0 ? 1 : -1, beside: { difference } };
  },
});
