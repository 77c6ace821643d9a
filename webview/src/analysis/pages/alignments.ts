/** Words, phrases and sub-words that drive neurons by themselves. */
import type { Alignments, NeuronAlignment } from '../../../../server/src/protocol/alignment';
import { countText, counted } from '../../../../server/src/protocol/counted';
import { scoreText, valueText } from '../../../../server/src/protocol/reading';
import { reasonTexts } from '../../../../server/src/protocol/reasons';
import { plain, right, text } from '../page';
import type { Block, Page, Row } from '../page';
import { conceptActions } from './proposals';

export function alignmentsPage({ neurons, phrases, undefined: without, provenance }: Alignments): Pick<Page, 'lede' | 'blocks' | 'notes'> {
  const aligned = neurons.filter(({ concepts }) => concepts.length > 0).length;
  return {
    lede: `${counted(aligned, 'neuron')} of ${countText(neurons.length)} are driven by a candidate beyond what repeated frequent words do. ${phrases === 'trees' ? 'Phrases come from trees.' : 'Phrases are n-grams: a corpus with trees would give those of the trees.'}`,
    blocks: [
      {
        ...{ kind: 'table', title: 'Best candidate of each neuron' },
        head: [
          plain('Neuron'),
          plain('Candidate'),
          plain('Kind'),
          right('Alone', 'mean of the neuron over a text that repeats it'),
          right('Beyond control', 'the same, in standard deviations from texts that repeat frequent words'),
          right('Control reached', 'share of the texts of repeated frequent words that do as much'),
          right('Selectivity', '(mean with − mean without it)/(max − min), in all other sentences'),
          right('Tried'),
        ],
        rows: [
          ...neurons.map(neuronRow),
          ...without.map(({ id, reason }): Row => ({
            cells: [{ kind: 'neuron', id, direction: null }, text(reasonTexts[reason] ?? reason, true)],
          })),
        ],
      },
    ],
    notes: provenance.notes,
  };
}

type Candidate = NeuronAlignment['candidates'][number];

const candidateCells = ({ text: words, kind, score, z, controls_reached: reached, selectivity }: Candidate): Row['cells'] => [
  text(words),
  text(kind, true),
  text(valueText(score)),
  text(z === null ? '–' : scoreText(z, 1)),
  text(scoreText(reached), true),
  text(scoreText(selectivity?.score ?? null)),
];

function neuronRow({ id, direction, candidates, tried, concepts, sentences }: NeuronAlignment): Row {
  const [best] = candidates;
  return {
    cells: [
      { kind: 'neuron', id, direction },
      ...(best ? candidateCells(best) : [text('no candidate', true), ...['', '', '', '', ''].map((none) => text(none))]),
      text(countText(tried), true),
    ],
    detail: () => ({
      actions: concepts.flatMap((concept) =>
        conceptActions(concept).map((action) => (concepts.length > 1 ? named(action, concept) : action)),
      ),
      blocks: [
        {
          ...{ kind: 'table', title: 'Candidates' },
          head: [
            plain('Candidate'),
            plain('Kind'),
            right('Alone'),
            right('Beyond control'),
            right('Control reached'),
            right('Selectivity'),
          ],
          rows: candidates.map((candidate) => ({ cells: candidateCells(candidate) })),
        },
        sentencesOf(sentences),
      ],
    }),
  };
}

const named = <A extends { readonly text: string }>(action: A, concept: string): A => ({
  ...action,
  text: `${action.text}: ${concept.split(' := ')[0]}`,
});

function sentencesOf(sentences: NeuronAlignment['sentences']): Block {
  const items = sentences.map(({ text: words, value, line }) => ({ value: valueText(value), before: `${line}: `, word: '', after: words }));
  return { kind: 'list', title: 'Sentences that the candidates come from', side: null, items };
}
