import { defineRanking } from '../method';

/**
 * Probability that a row of the concept has a higher value than another row, ties counted half (the area under the ROC
 * curve). In [0, 1]; 0.5 is chance; 0 is as good as 1, by low values. It does not change with the share of the concept.
 */
export const auroc = defineRanking({
  id: 'auroc',
  title: 'Area under the ROC curve',
  family: 'corpus-based',
  citation: 'Hanley and McNeil 1982',
  formula: 'P(x⁺ > x⁻) + ½ · P(x⁺ = x⁻), for a row of the concept and another row',
  sees: 'single neurons whose values are higher, or lower, on the concept',
  blindTo: 'how many other rows stand among the first when the concept is rare; concepts shared by a group of neurons',
  needs: { labels: 'binary', order: true },
  signed: 0.5,
  parameters: {},
  end: 1,
  chance: () => 0.5,

  score({ detection }) {
    if (!detection) return 'one-class';
    return { score: detection.auroc, direction: detection.auroc >= 0.5 ? 1 : -1 };
  },
});
