/** Going to neurons, pinning them, and stepping through what was looked at. */
import { hoverLink } from '../../../server/src/protocol/messages';
import { isNeuron } from '../memory';
import type { Side } from '../selection';
import { mostPins } from '../selection';
import type { Action, CommandServices } from './services';

/** Asks for an id unless one is given, and shows the neuron in the explorer. */
export const goToNeuron: Action = async (services, argument) => {
  const { ui, selection } = services;
  const given = neuronIn(argument);
  const neuron = given?.neuron ?? (await askForNeuron(services, 'Go to Neuron'));
  if (neuron === undefined) return;
  if (given?.concept !== undefined) selection.send({ type: 'concept', concept: given.concept });
  selection.send({ type: 'focus', neuron, side: given?.side ?? 'high' });
  await ui.showExplorer();
};

/** Pins the given neuron, the one in focus, or one that is asked for. */
export const pinNeuron: Action = async (services, argument) => {
  const { selection, ui } = services;
  const neuron = neuronIn(argument)?.neuron ?? selection.now.focus?.neuron ?? (await askForNeuron(services, 'Pin Neuron'));
  if (neuron === undefined) return;
  if (selection.now.pins.length === mostPins && !selection.now.pins.includes(neuron)) {
    ui.tell(`${selection.now.pins[mostPins - 1]} gave its place to ${neuron}: three neurons can be pinned.`);
  }
  selection.send({ type: 'pin', neuron });
};

export const unpinNeuron: Action = ({ selection }, argument) => {
  const neuron = neuronIn(argument)?.neuron ?? selection.now.focus?.neuron;
  if (neuron !== undefined) selection.send({ type: 'unpin', neuron });
};

export const unpinAll: Action = ({ selection }) => selection.send({ type: 'unpinAll' });
export const back: Action = ({ selection }) => selection.send({ type: 'back' });
export const forward: Action = ({ selection }) => selection.send({ type: 'forward' });
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
  if (target.action === 'pin') return selection.send({ type: 'pin', neuron: target.neuron });
  selection.send({ type: 'focus', neuron: target.neuron, side: 'high' });
  await ui.showExplorer();
};

async function step({ explorer, study, ui }: CommandServices, by: 1 | -1): Promise<void> {
  const example = explorer.step(by);
  const corpus = study.openCorpus;
  if (!example || !corpus) return ui.tell('The explorer shows no examples. Go to a neuron first.');
  await ui.reveal({ uri: corpus.uri, line: example.line, character: example.character, length: example.end - example.start });
}

function askForNeuron({ ui, selection }: CommandServices, title: string): Promise<string | undefined> {
  return ui.ask({
    title,
    placeholder: 'L3.ffn.412',
    value: selection.now.focus?.neuron ?? '',
    wrong: (text) => (isNeuron(text) ? undefined : 'Write layer, tap and number, such as L3.ffn.412; layers count from 1.'),
  });
}

interface Given {
  readonly neuron: string;
  readonly side?: Side;
  readonly concept?: string;
}

/** The neuron that a tree row, a link or a test hands over. */
function neuronIn(argument: unknown): Given | undefined {
  const { neuron, side, concept } = (typeof argument === 'string' ? { neuron: argument } : (argument ?? {})) as Readonly<
    Record<string, unknown>
  >;
  if (typeof neuron !== 'string' || !isNeuron(neuron)) return undefined;
  return { neuron, ...(side === 'high' || side === 'low' ? { side } : {}), ...(typeof concept === 'string' ? { concept } : {}) };
}
