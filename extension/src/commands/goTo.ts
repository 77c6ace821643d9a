/** Go to Neuron: one box that takes an id or a part of it, a concept, a word, or plain words. */
import { neuronsOfWord } from '../../../server/src/protocol/messages';
import { neuronQuery } from '../goTo/neuronQuery';
import { neuronRows, wordRows } from '../goTo/neuronRows';
import type { NeuronRow, NeuronTarget } from '../goTo/neuronRows';
import { wasCancelled } from '../said';
import { neuronIn } from './givenNeuron';
import type { GivenNeuron } from './givenNeuron';
import { pin } from './neurons';
import type { Action, CommandServices } from './services';

/** Shows the given neuron, or one that is looked for, in the explorer. */
export const goToNeuron: Action = async (services, argument) => {
  const { ui, selection } = services;
  const target: GivenNeuron | undefined = neuronIn(argument) ?? (await lookForNeuron(services, 'Go to Neuron'));
  if (!target) return;
  const { focus, isPreview } = selection.now;
  const isLookedAt = isPreview && focus?.neuron === target.neuron;
  selection.send({ type: 'focus', side: 'high', ...target, preview: target.preview === true && !isLookedAt });
  await ui.showExplorer({ preserveFocus: target.preview === true });
};

/** The rows of the rankings as arrows walk them: each neuron is looked at. */
export const nextRow: Action = (services) => walkRows(services, 1);
export const previousRow: Action = (services) => walkRows(services, -1);

async function walkRows({ stepInRankings, selection }: CommandServices, by: 1 | -1): Promise<void> {
  const target = neuronIn(await stepInRankings(by));
  if (target) selection.send({ type: 'focus', side: 'high', ...target, preview: true });
}

/** Shows again what was there before a neuron was only looked at. */
export const endPreview: Action = ({ selection }) => selection.send({ type: 'restore' });

/** Pins the given neuron, the one in focus, or one that is looked for. */
export const pinNeuron: Action = async (services, argument) => {
  const given = neuronIn(argument)?.neuron ?? services.selection.now.focus?.neuron;
  const neuron = given ?? (await lookForNeuron(services, 'Pin Neuron'))?.neuron;
  if (neuron !== undefined) pin(services, [neuron]);
};

/** Each row is looked at in explorer and text as it is passed; who takes none finds what was there before. */
async function lookForNeuron(services: CommandServices, title: string): Promise<NeuronTarget | undefined> {
  const { ui, selection } = services;
  const target = await ui.pickNeuron({
    title,
    placeholder: 'L3.ffn.412 or 3:412, #concept, "word", or part of any name',
    rows: (line, signal) => rowsFor(services, line, signal),
    none: noRows,
    look: (looked) => selection.send({ type: 'focus', ...looked, preview: true }),
    pin: ({ neuron }) => pin(services, [neuron]),
    copy: ({ neuron }) => void ui.copyText(neuron),
  });
  if (!target) selection.send({ type: 'restore' });
  return target;
}

function rowsFor({ session, study, selection }: CommandServices, line: string, signal: AbortSignal): NeuronRow[] | Promise<NeuronRow[]> {
  const query = neuronQuery(line);
  const taps = study.model?.kind === 'open' ? study.model.what.taps : [];
  const rankings = study.ranking?.rankings ?? [];
  const corpus = study.openCorpus;
  if (query.kind !== 'word' || !corpus) return neuronRows(query, { rankings, selection: selection.now, taps });
  return session
    .ask(neuronsOfWord, { corpus: corpus.id, text: query.text }, { signal })
    .then((found) => wordRows(query.text, found))
    .catch((error: unknown) => {
      if (wasCancelled(error)) return [];
      throw error;
    });
}

function noRows(line: string): string {
  const query = neuronQuery(line);
  switch (query.kind) {
    case 'nothing':
      return 'Nothing is ranked or pinned yet. Write layer, tap and number, such as L3.ffn.412.';
    case 'place':
      return query.unit === null ? 'Write the number of the neuron, too, such as 3:412.' : 'The model has no such neuron.';
    case 'word':
      return `“${query.text}” does not stand in the corpus.`;
    case 'concept':
      return `No concept called “${query.text}” is ranked.`;
    case 'text':
      return `Nothing ranked or pinned is called “${query.text}”. In quotes it is looked for in the text.`;
  }
}
