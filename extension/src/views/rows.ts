/** Rows of the trees as plain data: what a ranking, a pin or a result looks like is decided here, without the editor. */
import type { PaintScale } from '../../../server/src/protocol/messages';
import { counted, countText } from '../../../server/src/protocol/counted';
import { scoreText } from '../../../server/src/protocol/reading';
import type { Collection } from '../collections';
import { baseName, dateText } from '../said';

export interface Row {
  /** The same row has the same id after every change, so the tree keeps what is open and selected. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Lines of the tooltip. */
  readonly tooltip?: readonly string[];
  /** A codicon, and the contributed colour that it takes. */
  readonly icon?: string;
  readonly color?: 'golgi.positive' | 'golgi.negative';
  /** What menus ask for. */
  readonly kind?: 'neuron' | 'pin' | 'collection' | 'collected' | 'result';
  readonly neuron?: string;
  readonly side?: 'high' | 'low';
  readonly concept?: string;
  /** The collection that it is, or is in. */
  readonly collection?: string;
  /** Whether its box is ticked; it has none otherwise. */
  readonly checked?: boolean;
  readonly file?: string;
  readonly rows?: readonly Row[];
}

export const channels = ['fill', 'underline', 'overline'] as const;

/** Pins with the channel that paints each, and from where to where it paints. */
export function pinRows(pins: readonly string[], scales: ReadonlyMap<string, PaintScale>): Row[] {
  return pins.map((neuron, at) => {
    const scale = scales.get(neuron);
    return {
      id: neuron,
      label: neuron,
      description: `${channels[at]}${scale ? `, ${scaleText(scale)}` : ''}`,
      tooltip: [`${neuron} is painted as ${channels[at]}`, ...(scale ? [`Paints ${scaleText(scale)}, both sides on one scale`] : [])],
      icon: 'pinned',
      kind: 'pin',
      neuron,
      side: 'high',
    };
  });
}

/** Collections with their neurons; the ticked ones are marked. */
export function collectionRows(collections: readonly Collection[], marks: readonly string[]): Row[] {
  return collections.map(({ name, neurons }) => ({
    id: `collection/${name}`,
    label: name,
    description: countText(neurons.length),
    tooltip: [`${name}: ${counted(neurons.length, 'neuron')}`, 'Drop neurons here to add them'],
    icon: 'folder-library',
    kind: 'collection',
    collection: name,
    checked: neurons.length > 0 && neurons.every((neuron) => marks.includes(neuron)),
    rows: neurons.map((neuron) => ({
      id: `collection/${name}/${neuron}`,
      label: neuron,
      kind: 'collected',
      tooltip: [`${neuron}, kept in ${name}`, 'Tick to mark: actions apply to all that are marked'],
      neuron,
      side: 'high',
      collection: name,
      checked: marks.includes(neuron),
    })),
  }));
}

/** `−.31 to 4.40`: how far the painted sides reach, from the centre where one is not painted. */
export function scaleText({ centre, high, low }: PaintScale): string {
  if (high === null && low === null) return 'nothing to paint';
  const end = (value: number): string => (value === 0 ? '0' : scoreText(value));
  return `${end(centre - (low ?? 0))} to ${end(centre + (high ?? 0))}`;
}

/** Result files, the newest first. */
export function resultRows(files: readonly { readonly path: string; readonly changed: number; readonly own: boolean }[]): Row[] {
  return [...files]
    .sort((a, b) => b.changed - a.changed)
    .map(({ path, changed, own }) => ({
      id: path,
      label: baseName(path).replace(/\.golgi-(result|analysis)\.json$/, ''),
      description: own ? dateText(new Date(changed)) : 'in the workspace',
      tooltip: [path],
      icon: path.endsWith('.golgi-analysis.json') ? 'beaker' : 'table',
      kind: 'result',
      file: path,
    }));
}
