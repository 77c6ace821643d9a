/** Neurons described: the words, n-grams and sentences on which they are highest and lowest, and the concepts they mark. */
import { countText } from '../../../../server/src/protocol/counted';
import type { FiringSentence, FiringText, NeuronContext, NeuronPortrait } from '../../../../server/src/protocol/portrait';
import { scoreText, valueText } from '../../../../server/src/protocol/reading';
import { plain, right, text } from '../page';
import type { Block, Page, Row } from '../page';

export function portraitsPage(portraits: readonly NeuronPortrait[]): Pick<Page, 'lede' | 'blocks' | 'notes'> {
  return {
    lede: 'Each neuron with its best concept, and what it is highest and lowest on.',
    blocks: [
      {
        ...{ kind: 'table', title: 'Neurons' },
        head: [
          plain('Neuron'),
          plain('Best concept'),
          plain('Over chance'),
          right('AP', 'average precision, ties grouped'),
          right('Interval', '95 %, bootstrap over sentences'),
          right('Chance'),
          right('Support', 'words that carry the concept'),
        ],
        rows: portraits.map(portraitRow),
      },
    ],
    notes: portraits[0]?.provenance.notes ?? [],
  };
}

type Scored = NeuronPortrait['concepts'][number];

function portraitRow(portrait: NeuronPortrait): Row {
  const [best] = portrait.concepts;
  return {
    cells: [
      { kind: 'neuron', id: portrait.id, direction: best?.direction ?? null },
      ...(best ? conceptCells(best) : [text('constant on all words', true)]),
    ],
    detail: () => ({ actions: [], blocks: blocksOf(portrait) }),
  };
}

function conceptCells({ concept, score, chance, direction, interval, support }: Scored): Row['cells'] {
  const label = `average precision ${scoreText(score)}, chance ${scoreText(chance)}`;
  return [
    text(concept),
    { kind: 'bar', score, chance: chance ?? 0, best: 1, direction, label },
    text(scoreText(score)),
    text(interval ? `[${scoreText(interval[0])}, ${scoreText(interval[1])}]` : '–', true),
    text(scoreText(chance), true),
    text(countText(support.positive), true),
  ];
}

function blocksOf({ contexts, words, ngrams, sentences, concepts }: NeuronPortrait): Block[] {
  return [
    ...sides('Contexts', contexts, contextItems),
    ...(words ? bothTables('Words', words) : []),
    ...(ngrams ? bothTables('N-grams of two to five words', ngrams) : []),
    ...(sentences ? sides('Sentences by their mean', sentences.mean, sentenceItems) : []),
    {
      ...{ kind: 'table', title: 'Concepts' },
      head: [plain('Concept'), plain('Over chance'), right('AP'), right('Interval'), right('Chance'), right('Support')],
      rows: concepts.slice(0, 20).map((concept) => ({ cells: conceptCells(concept) })),
    },
  ];
}

function sides<T>(
  title: string,
  { high, low }: { readonly high: readonly T[]; readonly low: readonly T[] },
  items: (of: readonly T[]) => Extract<Block, { kind: 'list' }>['items'],
): Block[] {
  return [
    { kind: 'list', title: `${title}, highest`, side: 1, items: items(high) },
    { kind: 'list', title: `${title}, lowest`, side: -1, items: items(low) },
  ];
}

function bothTables(title: string, { high, low }: { readonly high: readonly FiringText[]; readonly low: readonly FiringText[] }): Block[] {
  return (
    [
      ['highest', high],
      ['lowest', low],
    ] as const
  ).map(([end, texts]) => ({
    ...{ kind: 'table', title: `${title}, ${end}` },
    head: [plain('Text'), right('Times'), right('Mean z', 'shrunken towards 0 where it is rare')],
    rows: texts.map(({ text: form, count, meanZ }) => ({ cells: [text(form), text(countText(count), true), text(scoreText(meanZ))] })),
  }));
}

const contextItems = (contexts: readonly NeuronContext[]) =>
  contexts.map(({ before, word, after, value }) => ({ value: valueText(value), before, word, after }));

const sentenceItems = (found: readonly FiringSentence[]) =>
  found.map(({ text: words, value, line }) => ({ value: valueText(value), before: `${line}: `, word: '', after: words }));
