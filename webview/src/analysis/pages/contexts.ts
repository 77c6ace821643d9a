/** Neurons by what they tell about contexts, and how much of each layer does. */
import type { ContextNeuron, ContextRanking } from '../../../../server/src/protocol/contexts';
import { countText, counted } from '../../../../server/src/protocol/counted';
import { scoreText, valueText } from '../../../../server/src/protocol/reading';
import { shareText } from '../../shared/numbers';
import { plain, right, text } from '../page';
import type { Block, Page, Row } from '../page';

export function contextsPage(rankings: readonly ContextRanking[]): Pick<Page, 'lede' | 'blocks' | 'notes'> {
  return {
    lede: rankings.map(sentenceOf).join(' '),
    blocks: rankings.flatMap((ranking) => [tableOf(ranking), ...layersOf(ranking)]),
    notes: [...new Set(rankings.flatMap(({ warnings, provenance }) => [...warnings, ...provenance.notes]))],
  };
}

function sentenceOf({ of, neurons, contexts, rows }: ContextRanking): string {
  const [best] = neurons;
  const told = best ? `${best.id} tells most about ${of}: ${scoreText(best.score)} nats, chance ${scoreText(best.expected)}.` : '';
  return `${told} ${counted(rows, 'word')} in ${countText(contexts.distinct)} contexts of ${of}, ${countText(contexts.kept)} of them frequent enough.`;
}

function tableOf(ranking: ContextRanking): Block {
  const { of, neurons, null: luck } = ranking;
  const most = Math.max(Number.EPSILON, ...neurons.map(({ score }) => score));
  return {
    ...{ kind: 'table', title: `Contexts of ${of}` },
    head: [
      plain('Neuron'),
      plain('Over chance'),
      right('Information', 'plug-in estimate, in nats'),
      right('Corrected', 'Miller–Madow correction, in nats'),
      right('Chance', 'information of shuffled contexts, in nats'),
      right('Of what there is', 'share of what could be told beyond chance'),
      right('p', 'share of the shuffles whose best neuron tells as much'),
    ],
    rows: neurons.map((neuron) => neuronRow(neuron, most, luck?.q95 ?? null)),
  };
}

function neuronRow(
  { id, score, corrected, expected, adjusted, p, contexts, highest }: ContextNeuron,
  best: number,
  luck: number | null,
): Row {
  const label = `information ${scoreText(score)} nats, chance ${scoreText(expected)}`;
  return {
    cells: [
      { kind: 'neuron', id, direction: null },
      { kind: 'bar', score, chance: expected, best, luck, label },
      text(scoreText(score)),
      text(scoreText(corrected)),
      text(scoreText(expected), true),
      text(adjusted === null ? '–' : shareText(adjusted)),
      text(p === null ? '–' : scoreText(p), true),
    ],
    ...(contexts && {
      detail: () => ({
        actions: [],
        blocks: [
          {
            ...({ kind: 'table', title: 'Contexts that tell most' } as const),
            head: [plain('Context'), right('Times'), right('Of the information', 'part of what is told beyond chance'), right('Mean z')],
            rows: contexts.map(({ context, count, share, mean_z: z }) => ({
              cells: [text(context), text(countText(count), true), text(shareText(share)), text(scoreText(z))],
            })),
          },
          {
            ...({ kind: 'list', title: 'Where it is highest', side: 1 } as const),
            items: (highest ?? []).map(({ value, context, sentence, row }) => ({
              value: valueText(value),
              before: '',
              word: context,
              after: `  ${sentence ?? `row ${row}`}`,
            })),
          },
        ],
      }),
    }),
  };
}

/** The median neuron of each layer. */
function layersOf({ of, taps }: ContextRanking): Block[] {
  if (taps.length < 2) return [];
  const best = taps.reduce((top, tap) => (tap.median > top.median ? tap : top));
  return [
    {
      ...{ kind: 'chart', title: `Layers: median information about ${of}` },
      conclusion: `The median neuron tells most in ${best.tap}: ${scoreText(best.median)} nats.`,
      x: { name: 'tap', steps: taps.map(({ tap }) => tap) },
      y: { name: 'nats', from: 0, to: null },
      lines: [{ name: 'median', values: taps.map(({ median }) => median) }],
      chance: null,
    },
  ];
}
