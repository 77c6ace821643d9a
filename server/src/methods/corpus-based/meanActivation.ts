import { defineRanking } from '../method';

/** Mean value over the rows of the concept, in the neuron's own units; ranked by absolute value. Antverg and Belinkov 2022. */
export const meanActivation = defineRanking({
  id: 'mean',
  title: 'Mean activation',
  family: 'corpus-based',
  citation: 'Antverg and Belinkov 2022, arXiv 2110.07483, section 3',
  formula: 'mean⁺, the mean over the rows of the concept; ranked by its size',
  sees: 'neurons that are large on the concept',
  blindTo: 'whether they are as large elsewhere; neurons of small scale; sign conventions of the layer',
  needs: { labels: 'binary', order: false },
  signed: true,
  beside: { mean_other: 'mean over the other rows' },
  parameters: {},
  chance: () => null,

  score({ positive, negative }) {
    return { score: positive.mean, direction: positive.mean >= negative.mean ? 1 : -1, beside: { mean_other: negative.mean } };
  },
});
