/** Keeping neurons in named collections. */
import { counted } from '../../../server/src/protocol/counted';
import type { Choice } from '../ui';
import { neuronIn } from './givenNeuron';
import type { Action, CommandServices } from './services';

const longestName = 60;

/** Adds the given neuron to a collection, with all that are marked when it is one of them; from the palette the one on show. */
export const collectNeuron: Action = async (services, argument) => {
  const { selection, collections, ui } = services;
  const neuron = neuronIn(argument)?.neuron ?? selection.now.focus?.neuron;
  if (neuron === undefined) return ui.tell('No neuron is on show. Go to one first.');
  const neurons = alsoMarked(services, neuron);
  const name = await askForCollection(services, neurons);
  if (name !== undefined) collections.add(name, neurons);
};

/** Takes the given neuron out of its collection, with all that are marked there when it is one of them. */
export const removeFromCollection: Action = (services, argument) => {
  const [neuron, name] = [neuronIn(argument)?.neuron, collectionIn(argument)];
  if (neuron !== undefined && name !== undefined) services.collections.remove(name, alsoMarked(services, neuron));
};

export const renameCollection: Action = async (services, argument) => {
  const name = collectionIn(argument);
  const to = name === undefined ? undefined : await askForName(services, 'Rename Collection', name);
  if (name !== undefined && to !== undefined) services.collections.rename(name, to);
};

/** Asks first where neurons would be lost. */
export const deleteCollection: Action = async ({ collections, ui }, argument) => {
  const name = collectionIn(argument);
  const neurons = collections.all.find((each) => each.name === name)?.neurons ?? [];
  if (name === undefined) return;
  const title = `Delete the collection “${name}”`;
  const choices: Choice<boolean>[] = [
    { label: 'Delete', description: `${counted(neurons.length, 'neuron')} will no longer be kept together`, value: true },
    { label: 'Keep', value: false },
  ];
  if (neurons.length === 0 || (await ui.pick(choices, { title, placeholder: 'This cannot be undone' }))) collections.delete(name);
};

/** The neuron alone, or all that are marked when it is one of them. */
function alsoMarked({ selection }: CommandServices, neuron: string): readonly string[] {
  const { marks } = selection.now;
  return marks.includes(neuron) ? marks : [neuron];
}

async function askForCollection(services: CommandServices, neurons: readonly string[]): Promise<string | undefined> {
  const { collections, ui } = services;
  const title = neurons.length === 1 ? `Collect ${neurons[0]}` : `Collect ${counted(neurons.length, 'neuron')}`;
  if (collections.all.length === 0) return askForName(services, title, '');
  const known = collections.all.map(({ name, neurons: kept }): Choice<string> => {
    return { label: name, description: counted(kept.length, 'neuron'), value: name };
  });
  const choice = await ui.pick([...known, { label: '$(add) New Collection…', value: '' }], { title, placeholder: 'Where to keep it' });
  return choice === '' ? askForName(services, title, '') : choice;
}

function askForName({ ui }: CommandServices, title: string, value: string): Promise<string | undefined> {
  const wrong = (text: string): string | undefined => {
    if (text === '') return 'Give the collection a name, such as tense set.';
    return text.length > longestName ? `A name has at most ${longestName} characters.` : undefined;
  };
  return ui.ask({ title, placeholder: 'Name of the collection', value, wrong });
}

/** The collection that a row of the tree belongs to. */
function collectionIn(argument: unknown): string | undefined {
  const name = (argument as { readonly collection?: unknown } | undefined)?.collection;
  return typeof name === 'string' ? name : undefined;
}
