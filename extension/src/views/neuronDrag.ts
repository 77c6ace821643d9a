/** Neurons are dragged from the rankings and between pins and collections; dropped into a text they are their ids. */
import * as vscode from 'vscode';
import { pin } from '../commands/neurons';
import type { CommandServices } from '../commands/services';
import { isNeuron } from '../memory';
import type { Row } from './rows';

const mime = 'application/vnd.golgi.neurons';

interface Dragged {
  readonly neurons: readonly string[];
  /** The collection that all of them were dragged from. */
  readonly from: string | null;
}

function handleDrag(rows: readonly Row[], data: vscode.DataTransfer): void {
  const neurons = [...new Set(rows.flatMap(({ neuron }) => neuron ?? []))];
  if (neurons.length === 0) return;
  const [from = null, ...others] = new Set(rows.map(({ collection }) => collection ?? null));
  const dragged: Dragged = { neurons, from: others.length > 0 ? null : from };
  data.set(mime, new vscode.DataTransferItem(JSON.stringify(dragged)));
  data.set('text/plain', new vscode.DataTransferItem(neurons.join('\n')));
}

/** Neurons can be dragged out of the tree. */
export const dragNeurons: vscode.TreeDragAndDropController<Row> = { dragMimeTypes: [mime], dropMimeTypes: [], handleDrag };

/** Neurons dropped on a collection are added to it, and leave the collection that they come from; anywhere else they are pinned. */
export function dropNeurons(services: () => CommandServices): vscode.TreeDragAndDropController<Row> {
  return {
    dragMimeTypes: [mime],
    dropMimeTypes: [mime],
    handleDrag,
    async handleDrop(target, data) {
      const { collections, ui } = services();
      const dragged = await draggedIn(data);
      if (!dragged) return ui.tell('What was dropped names no neuron. Drag neurons from the rankings, the pins or a collection.');
      const to = target?.collection;
      if (to === undefined) return pin(services(), dragged.neurons);
      collections.add(to, dragged.neurons);
      if (dragged.from !== null && dragged.from !== to) collections.remove(dragged.from, dragged.neurons);
    },
  };
}

/**
 * What was dragged. From one tree to another the editor gives two items of this type, an empty one of the browser before the one that
 * `handleDrag` made, and `get` knows the first alone; so all are asked.
 */
async function draggedIn(data: vscode.DataTransfer): Promise<Dragged | undefined> {
  const items = [...data].flatMap(([type, item]) => (type === mime ? item : []));
  const texts = await Promise.all(items.map((item) => item.asString()));
  return texts.map(read).find((dragged) => dragged !== undefined);
}

/** Reads with every doubt: other extensions and windows can drag, too. */
function read(text: string): Dragged | undefined {
  try {
    const { neurons, from } = JSON.parse(text) as { readonly [key in keyof Dragged]?: unknown };
    if (!Array.isArray(neurons)) return undefined;
    const known = neurons.filter((neuron): neuron is string => typeof neuron === 'string' && isNeuron(neuron));
    return known.length > 0 ? { neurons: known, from: typeof from === 'string' ? from : null } : undefined;
  } catch {
    return undefined;
  }
}
