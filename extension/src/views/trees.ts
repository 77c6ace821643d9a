/** The three trees in the side bar, and what a person does in them. */
import * as vscode from 'vscode';
import { mark } from '../commands/neurons';
import type { CommandServices } from '../commands/services';
import { dragNeurons, dropNeurons } from './neuronDrag';
import { RowTree } from './tree';

export type Trees = Readonly<Record<'rankings' | 'pins' | 'results', RowTree>>;

/** Makes the trees; `services` is asked when something is dropped. */
export function createTrees(services: () => CommandServices): Trees {
  return {
    rankings: new RowTree('golgi.rankings', { canSelectMany: true, showCollapseAll: true, dragAndDropController: dragNeurons }),
    pins: new RowTree('golgi.pins', { canSelectMany: true, dragAndDropController: dropNeurons(services) }),
    results: new RowTree('golgi.results'),
  };
}

/** Selected and ticked neurons are marked; a concept that is clicked is that of the selection. */
export function followTrees({ rankings, pins }: Trees, services: CommandServices): vscode.Disposable {
  const { selection } = services;
  return vscode.Disposable.from(
    rankings.onDidChooseConcept((concept) => selection.send({ type: 'concept', concept })),
    rankings.onDidMark((neurons) => mark(services, neurons)),
    pins.onDidTick((ticked, unticked) => {
      const stay = selection.now.marks.filter((neuron) => !unticked.includes(neuron));
      mark(services, [...new Set([...stay, ...ticked])]);
    }),
  );
}
