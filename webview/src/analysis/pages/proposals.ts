/** Concepts that neurons propose, to be kept and used by other methods. */
import { countText, counted } from '../../../../server/src/protocol/counted';
import type { Proposal, Proposals } from '../../../../server/src/protocol/proposals';
import { scoreText } from '../../../../server/src/protocol/reading';
import { plain, right, text } from '../page';
import type { Action, Page, Row } from '../page';

export function proposalsPage({
  proposals,
  neurons,
  rows,
  labelled,
  null: luck,
  provenance,
}: Proposals): Pick<Page, 'lede' | 'blocks' | 'notes'> {
  return {
    lede: `${proposals.length === 0 ? 'No concept is proposed' : counted(proposals.length, 'proposal')} by ${counted(neurons.asked, 'neuron')}, of which ${countText(neurons.silent)} proposed nothing that held. Words were chosen on ${counted(rows.chosen_from, 'word')} and tried on the ${countText(rows.left_out)} of other sentences: scores are of these.${luckText(luck)}`,
    blocks: [
      {
        ...{ kind: 'table', title: 'Proposed concepts' },
        head: [
          plain('Words'),
          plain('Neuron'),
          plain('Over chance'),
          right('AP', 'average precision in the sentences left out'),
          right('Chance', 'the share of words there that carry it'),
          right('Support', 'words that carry it in the sentences left out'),
          right('r', 'correlation of neuron and concept in the sentences left out'),
          right('p', 'share of the shuffles whose best neuron correlates as well'),
          plain('Nearest label', 'the labelled concept that shares most words with it, and how much of either it shares'),
        ],
        rows: proposals.map(proposalRow),
      },
    ],
    notes: [
      ...(labelled > 0
        ? [`${counted(labelled, 'better proposal')} left out, because a label of the corpus covers half of it or more.`]
        : []),
      ...provenance.notes,
    ],
  };
}

/** What the best neuron comes to where the words of each sentence are shuffled. */
function luckText(luck: Proposals['null']): string {
  return luck ? ` The best neuron by luck has a correlation of ${scoreText(luck.q95)}: 95 % of ${luck.rounds} shuffles stay below.` : '';
}

function proposalRow({ words, neuron, direction, ap, chance, support, score, p, fitted, nearest, also, concept, name }: Proposal): Row {
  return {
    cells: [
      text(
        words
          .slice(0, 8)
          .map((word) => word.text)
          .join(' ') + (words.length > 8 ? ' …' : ''),
      ),
      { kind: 'neuron', id: neuron, direction },
      { kind: 'bar', score: ap, chance, best: 1, direction, label: `average precision ${scoreText(ap)}, chance ${scoreText(chance)}` },
      text(scoreText(ap)),
      text(scoreText(chance), true),
      text(countText(support.positive), true),
      text(scoreText(score)),
      text(p === null ? '–' : scoreText(p), true),
      text(nearest === null ? '–' : `${nearest.concept} ${scoreText(nearest.overlap)}`, true),
    ],
    detail: () => ({
      actions: conceptActions(concept),
      blocks: [
        {
          ...{ kind: 'table', title: `Words of ${name}` },
          head: [plain('Word'), right('Times'), right('Mean z', 'mean of the neuron on it, in standard deviations over all words')],
          rows: words.map((word) => ({ cells: [text(word.text), text(countText(word.count), true), text(scoreText(word.mean_z))] })),
        },
        {
          ...{ kind: 'text', title: 'As a concept' },
          text: `${concept}. Correlation where its words were chosen: ${scoreText(fitted)}.${also.length > 0 ? ` Proposed in much the same words by ${also.join(', ')}.` : ''}`,
        },
      ],
    }),
  };
}

/** Keeps a concept under its name, and ranks neurons for it by any method. */
export function conceptActions(concept: string): Action[] {
  return [
    {
      text: 'Keep as Concept',
      intent: { type: 'keep', concept },
      on: { key: concept, text: 'Forget This Concept', intent: { type: 'forget', concept } },
    },
    { text: 'Rank Neurons for It', intent: { type: 'rank', concept } },
  ];
}
