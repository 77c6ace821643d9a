import { defineRanking } from '../method';

/**
 * Distance of the means in units of their common spread: (mean⁺ − mean⁻) / √((s⁺² + s⁻²)/2), sample variances. Signed, 0 is
 * chance. Undefined with fewer than two rows in a class, or no variance in both.
 */
export const dPrime = defineRanking({
  id: 'd-prime',
  title: 'd′ (sensitivity index)',
  family: 'corpus-based',
  citation: 'Green and Swets 1966',
  formula: '(mean⁺ − mean⁻) / √((s⁺² + s⁻²) / 2)',
  sees: 'neurons whose class means are far apart compared with their spread',
  blindTo: 'shapes other than two humps: heavy tails and rare strong responses',
  needs: { labels: 'binary', order: false, scatter: 'each' },
  signed: true,
  parameters: {},
  chance: () => 0,

  score({ positive, negative }) {
    if (positive.count < 2 || negative.count < 2) return 'few-rows';
    const spread = Math.sqrt((positive.scatter / (positive.count - 1) + negative.scatter / (negative.count - 1)) / 2);
    if (spread === 0) return 'no-variance';
    const score = (positive.mean - negative.mean) / spread;
    return { score, direction: score >= 0 ? 1 : -1 };
  },
});
