/** Pinning and marking neurons, and stepping through what was looked at. */
import { findNeuron, hoverLink, lookAtWord, wordsOnLines } from '../../../server/src/protocol/messages';
import type { HoverLink } from '../../../server/src/protocol/messages';
import { countText } from '../../../server/src/protocol/counted';
import { valueText } from '../../../server/src/protocol/reading';
import { mostPins, sameWord } from '../selection';
import { neuronIn } from './givenNeuron';
import { showExample, showPlace } from './places';
import type { Action, CommandServices } from './services';

/** Pins all marked neurons, as far as there are channels. */
export const pinMarked: Action = (services) => pin(services, services.selection.now.marks);

/** Pins neurons, and says what that leaves out: wanted ones for which there is no channel, or pins that give way. */
export function pin({ selection, ui }: CommandServices, neurons: readonly string[]): void {
  const before = selection.now.pins;
  selection.send({ type: 'pin', neurons });
  const { pins } = selection.now;
  const gone = before.filter((each) => !pins.includes(each));
  const come = pins.filter((each) => !before.includes(each));
  if (neurons.length > mostPins) {
    ui.tell(`The first ${mostPins} of ${countText(neurons.length)} marked neurons are pinned: there are no more channels.`);
  } else if (gone.length > 0) {
    const gave = gone.length > 1 ? 'gave their places' : 'gave its place';
    ui.tell(`${gone.join(' and ')} ${gave} to ${come.join(' and ')}: three neurons can be pinned.`);
  }
}

/** Marks neurons in place of those that are marked, and says so where they are more than can be. */
export function mark({ selection, ui }: CommandServices, neurons: readonly string[]): void {
  selection.send({ type: 'mark', neurons });
  const { length } = selection.now.marks;
  const wanted = new Set(neurons).size;
  if (wanted > length) ui.tell(`The first ${length} of ${countText(wanted)} neurons are marked: more cannot be compared.`);
}

export const unpinNeuron: Action = ({ selection }, argument) => {
  const neuron = neuronIn(argument)?.neuron ?? selection.now.focus?.neuron;
  if (neuron !== undefined) selection.send({ type: 'unpin', neuron });
};

export const unpinAll: Action = ({ selection }) => selection.send({ type: 'unpinAll' });
export const back: Action = (services) => walk(services, 'back');
export const forward: Action = (services) => walk(services, 'forward');
export const nextNeuron: Action = (services) => stepNeuron(services, 1);
export const previousNeuron: Action = (services) => stepNeuron(services, -1);
export const nextExample: Action = (services) => step(services, 1);
export const previousExample: Action = (services) => step(services, -1);

export const copyNeuronId: Action = async ({ selection, ui }, argument) => {
  const neuron = neuronIn(argument)?.neuron ?? selection.now.focus?.neuron;
  if (neuron !== undefined) await ui.copyText(neuron);
};

/** A link of a hover was clicked; what it stands for the server knows. */
export const followHoverLink: Action = async (services, argument) => {
  const { session, selection, ui } = services;
  const link = typeof argument === 'number' ? argument : Number.NaN;
  const target = Number.isSafeInteger(link) ? await session.ask(hoverLink, { link }) : null;
  if (!target) return ui.tell('This link is too old. Rest the pointer on the word again.');
  if (target.action === 'pin') return pin(services, [target.neuron]);
  if (target.action === 'find') return findElsewhere(services, target);
  selection.send({ type: 'focus', neuron: target.neuron, side: target.side });
  await ui.showExplorer();
};

/** Lists what fires at the word under the cursor, as a hover does, for who has no pointer; the choice is shown in the explorer. */
export const exploreHere: Action = async (services) => {
  const { session, study, selection, ui } = services;
  const { place } = selection.now;
  const corpus = study.openCorpus;
  if (!corpus || place?.uri !== corpus.uri) return ui.tell('Put the cursor on a word of the corpus first.');
  const { line } = place;
  const { words } = await session.ask(wordsOnLines, { corpus: corpus.id, fromLine: line, toLine: line });
  const word = words.find((candidate) => candidate.word === place.word);
  const look = word && (await session.ask(lookAtWord, { corpus: corpus.id, line, character: word.start, neuron: null }));
  if (!look) return ui.tell('This line has changed since the corpus was opened. Choose the corpus again to read it.');
  const choice = await ui.pick(
    look.neurons.map((at) => ({
      label: at.neuron,
      description: `${valueText(at.value)}, percentile ${at.percentile.toFixed(1)}`,
      detail: at.concept ?? 'no concept above chance',
      value: at,
    })),
    { title: `Explore Here: ${look.text}`, placeholder: 'Its most unusual neurons. Choose one to see where else it fires.' },
  );
  if (!choice) return;
  selection.send({ type: 'focus', neuron: choice.neuron, side: choice.side });
  await ui.showExplorer();
};

async function step(services: CommandServices, by: 1 | -1): Promise<void> {
  const example = services.explorer.step(by);
  if (!example) return services.ui.tell('The explorer shows no examples. Go to a neuron first.');
  await showExample(services, example);
}

/** Back or Forward; a place that is another than now is shown, too. */
async function walk(services: CommandServices, type: 'back' | 'forward'): Promise<void> {
  const { selection } = services;
  const before = selection.now.place;
  selection.send({ type });
  const { place } = selection.now;
  if (place && !sameWord(place, before)) await showPlace(services, place);
}

/** Shows the neighbour of the focused neuron in the ranking for the concept, or in the first where that is not ranked, as a preview that Back and Esc undo. */
export function stepNeuron({ selection, study, ui }: CommandServices, by: 1 | -1): void {
  const { focus, concept } = selection.now;
  const rankings = study.ranking?.rankings ?? [];
  const ranking = rankings.find((candidate) => candidate.concept === concept) ?? rankings[0];
  const at = ranking?.neurons.findIndex(({ id }) => id === focus?.neuron) ?? -1;
  const next = ranking?.neurons[at < 0 ? 0 : at + by];
  if (!ranking || !next)
    return ui.tell(ranking ? 'This is the end of the ranking.' : 'Nothing is ranked yet, so no neuron is the next one.');
  const side = next.direction > 0 ? 'high' : 'low';
  selection.send({ type: 'focus', neuron: next.id, side, concept: ranking.concept, preview: true });
}

/** Peeks from a word at the places where a neuron is strongest. */
async function findElsewhere({ session, study, ui }: CommandServices, { neuron, side, corpus, line, character }: HoverLink): Promise<void> {
  const uri = study.openCorpus?.id === corpus ? study.openCorpus.uri : undefined;
  if (uri === undefined) return ui.tell('This corpus is no longer the one of this window. Rest the pointer on the word again.');
  const { places } = await ui.busy(`Finding where ${neuron} is strongest`, () => session.ask(findNeuron, { corpus, neuron, side }));
  if (places.length === 0) return ui.tell(`No other word of this corpus has a value of ${neuron}.`);
  const found = places.map((place) => ({ uri, line: place.line, character: place.start, length: place.end - place.start }));
  await ui.peek({ uri, line, character, length: 0 }, found);
}
