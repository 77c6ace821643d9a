import { defineRanking } from '../method';

/** Pearson correlation of the value with the label 0/1, over all rows. In [−1, 1], 0 is chance. */
export const pointBiserial = defineRanking({
  id: 'point-biserial',
  title: 'Point-biserial correlation',
  family: 'corpus-based',
  citation: 'Pearson 1909',
  formula: 'r = (mean⁺ − mean⁻) · √(p (1 − p)) / s, with p the share of the concept and s over all rows',
  sees: 'neurons that rise or fall with the concept',
  blindTo: 'rare concepts, whose correlations are small however clear they are; concepts shared by a group',
  needs: { labels: 'binary', order: false },
  signed: true,
  parameters: {},
  end: 1,
  chance: () => 0,

  score({ positive, negative, all }) {
    const deviation = Math.sqrt(all.scatter / all.count);
    if (deviation === 0) return 'no-variance';
    const balance = Math.sqrt((positive.count / all.count) * (negative.count / all.count));
    const score = ((positive.mean - negative.mean) * balance) / deviation;
    return { score, direction: score >= 0 ? 1 : -1 };
  },
});
