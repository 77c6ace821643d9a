import { defineRanking } from '../method';

/**
 * How well one neuron's value detects a concept, without a threshold: the area under its precision-recall curve, equal
 * values counted as one step, for high values and for low ones; the better side is the score. Suau, Zappella and
 * Apostoloff 2022, section 3. Scores lie in (0, 1]; chance is the share of rows that carry the concept.
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
  needs: { labels: 'binary', order: true },
  beside: {
    ap_high: 'average precision of high values',
    ap_low: 'average precision of low values',
    auroc: 'chance that a row of the concept lies above another row',
  },
  parameters: {},
  end: 1,
  chance: ({ positive, negative }) => positive / (positive + negative),

  score({ detection }) {
    if (!detection) return 'one-class';
    const { apHigh, apLow, auroc } = detection;
    return {
      score: Math.max(apHigh, apLow),
      direction: apHigh >= apLow ? 1 : -1,
      beside: { ap_high: apHigh, ap_low: apLow, auroc },
    };
  },
});
