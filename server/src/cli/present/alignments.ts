/** What drives neurons by itself, as text. */
import type { Alignments, NeuronAlignment } from '../../protocol/alignment';
import { counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { scoreText, valueText } from '../../protocol/reading';
import { reasonTexts } from '../../protocol/reasons';
import type { Palette } from './marks';
import { isWarning, noteText } from './notes';
import { cut, table } from './table';

/** Sentences shown of each neuron; files have all that candidates come from. */
const sentencesShown = 3;

export function alignmentsText({ neurons, phrases, undefined: without, provenance }: Alignments, paint: Palette, width: number): string {
  return [
    ...neurons.map((neuron) => neuronText(neuron, paint, width)),
    ...without.map(({ id, reason }) => `${paint.bold(id)}  ${reasonTexts[reason] ?? reason}`),
    paint.dim(
      phrases === 'trees'
        ? 'Candidates: all words of the sentences, the phrases of their trees, and parts of words.'
        : 'Candidates: words, n-grams and parts of words that two of the sentences hold (min-sentences); a corpus with trees would give phrases.',
    ),
    paint.dim(
      'alone: mean over a text that repeats the candidate; beyond: the same in standard deviations from texts of repeated frequent words; selectivity: (mean with − without it)/(max − min) over all other sentences.',
    ),
    ...provenance.notes.filter(isWarning).map((note) => paint.dim(noteText(note))),
    '',
  ].join('\n');
}

function neuronText({ id, direction, sentences, tried, candidates, concepts }: NeuronAlignment, paint: Palette, width: number): string {
  const head = ['  candidate', '', 'alone', 'beyond', 'selectivity', 'sentences'];
  const lines = candidates.map(({ text, kind, score, z, selectivity }) => [
    `  ${cut(shown(text), 40)}`,
    paint.dim(kind),
    valueText(score),
    z === null ? '–' : scoreText(z, 1),
    scoreText(selectivity?.score ?? null),
    String(selectivity?.sentences ?? 0),
  ]);
  return [
    `${paint.bold(id)} ${direction === 1 ? paint.high('▲') : paint.low('▼')}  ${counted(tried, 'candidate')}`,
    ...sentences.slice(0, sentencesShown).map(({ text, value }) => cut(`  ${paint.dim(valueText(value))}  ${shown(text)}`, width)),
    ...(candidates.length > 0 ? [table([head.map(paint.dim), ...lines], { right: [2, 3, 4, 5] })] : []),
    ...(concepts.length > 0
      ? concepts.map((concept) => cut(`  ${shown(concept, 400)}`, width))
      : [paint.dim('  no candidate is beyond what repeated frequent words do')]),
    '',
  ].join('\n');
}
