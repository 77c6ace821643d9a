/** What a ranking comes from, in a few lines that stand before it. Pure: origin in, text out. */
import { counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import type { Origin } from '../../protocol/workerMessages';
import { rowNoun } from '../../protocol/reading';
import type { Palette } from './marks';
import { noteText } from './notes';

/** Model, corpus and their sizes; how the corpus was read; which rows take no part. */
export function originText({ provenance, neurons }: Origin, paint: Palette): string {
  const { model, corpus, matrix, activations } = provenance;
  const left = Object.entries(activations.excluded).filter(([, count]) => count > 0);
  const facts = [
    model ? `${shown(model.name)} on ${corpus?.files.map((file) => shown(file)).join(', ') ?? ''}` : shown(matrix?.file ?? ''),
    corpus ? `${counted(corpus.sentences, 'sentence')}, ${counted(corpus.words, 'word')}` : counted(activations.rows, 'row'),
    rowNoun(provenance) === 'token' ? counted(activations.rows, 'token') : '',
    counted(neurons, 'neuron'),
  ];
  const notes = [...provenance.notes.map(noteText), ...left.map(([reason, count]) => `${counted(count, 'row')} left out: ${reason}`)];
  return `${[facts.filter(Boolean).join(' · '), ...notes].map(paint.dim).join('\n')}\n\n`;
}
