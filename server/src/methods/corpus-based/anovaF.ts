import { defineRanking } from '../method';
import { scatterBetween } from '../statistics/combine';

/**
 * Variance between the classes over variance within them, each per degree of freedom (one-way analysis of variance). Two
 * classes or many. F ≥ 0; about 1 is chance.
 */
export const anovaF = defineRanking({
  id: 'anova-f',
  title: 'ANOVA F',
  family: 'corpus-based',
  citation: 'Fisher 1925; as a neuron score, Gurnee et al. 2023, arXiv 2305.01610',
  formula: 'F = (Σ nₖ (meanₖ − mean)² / (K − 1)) / (Σ nₖ sₖ² / (N − K)), with the variance sₖ² of class k over its nₖ rows',
  sees: 'neurons whose mean differs between any of the classes',
  blindTo: 'which class differs; differences of spread; it grows with the number of rows',
  needs: { labels: 'either', order: false, scatter: 'within' },
  parameters: {},
  chance: () => 1,

  score({ classes, focus, positive, negative }) {
    const groups = classes.filter(({ count }) => count > 0);
    const rows = groups.reduce((sum, { count }) => sum + count, 0);
    const within = groups.reduce((sum, { scatter }) => sum + scatter, 0);
    if (rows <= groups.length) return 'few-rows';
    if (within === 0) return 'no-variance';
    const between = scatterBetween(groups);
    return {
      score: between / (groups.length - 1) / (within / (rows - groups.length)),
      direction: focus < 0 || positive.mean >= negative.mean ? 1 : -1,
    };
  },
});
