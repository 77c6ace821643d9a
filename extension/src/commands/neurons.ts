/** Going to neurons, pinning them, and stepping through what was looked at. */
import { hoverLink } from '../../../server/src/protocol/messages';
import { isNeuron } from '../memory';
import type { Side } from '../selection';
import { mostPins, sameWord } from '../selection';
import { showExample, showPlace } from './places';
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
export const back: Action = (services) => walk(services, 'back');
export const forward: Action = (services) => walk(services, 'forward');
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
