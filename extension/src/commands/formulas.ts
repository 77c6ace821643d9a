/** Where a formula and its neuron disagree: taking the paint off, and going from one word to the next. */
import type { Action, CommandServices } from './services';

export const stopPaintingFormula: Action = ({ formula }) => formula.clear();
export const nextDisagreement: Action = (services) => step(services, 1);
export const previousDisagreement: Action = (services) => step(services, -1);

/** Goes on from the word under the cursor, around the ends. */
async function step({ study, selection, disagreements, formula, ui }: CommandServices, by: 1 | -1): Promise<void> {
  const uri = study.openCorpus?.uri;
  const words = uri === undefined ? [] : disagreements(uri);
  if (uri === undefined || formula.now === null)
    return ui.tell('No formula is painted.', { title: 'Explain Neurons', command: 'golgi.explainNeurons' });
  const here = selection.now.place?.uri === uri ? selection.now.place.line : -1;
  const next = by > 0 ? (words.find(({ line }) => line > here) ?? words[0]) : (words.findLast(({ line }) => line < here) ?? words.at(-1));
  if (!next) return ui.tell('Neuron and formula disagree on no word that was looked at so far.');
  await ui.reveal({ uri, line: next.line, character: next.start, length: next.end - next.start });
}
