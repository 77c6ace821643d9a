/** Rows of the trees as plain data: what a ranking, a pin or a result looks like is decided here, without the editor. */
import type { PaintScale, RankingDigest } from '../../../server/src/protocol/messages';
import { countText } from '../../../server/src/protocol/counted';
import { isNumberTitle } from '../../../server/src/protocol/numbers';
import { scoreText } from '../../../server/src/protocol/reading';
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
  readonly kind?: 'neuron' | 'pin' | 'result';
  readonly neuron?: string;
  readonly side?: 'high' | 'low';
  readonly concept?: string;
  readonly file?: string;
  readonly rows?: readonly Row[];
}

/** Concepts with their neurons above luck, by the first method that was asked for. */
export function rankingRows(rankings: readonly RankingDigest[]): Row[] {
  const method = rankings[0]?.method;
  return rankings.filter((ranking) => ranking.method === method).map(conceptRow);
}

function conceptRow(ranking: RankingDigest): Row {
  const { concept, title, chance, luck, standing, support, labels } = ranking;
  // Without a null nobody knows which ones stand; then the list is what it is.
  const above = luck === null ? ranking.neurons : ranking.neurons.filter(({ beatsLuck }) => beatsLuck);
  const listed = above.length < ranking.neurons.length ? standing : Math.max(standing, above.length);
  const rows = above.map((neuron) => neuronRow(ranking, neuron));
  if (listed > above.length) rows.push({ id: `${concept}/more`, label: `${countText(listed - above.length)} more above luck` });
  if (rows.length === 0) rows.push({ id: `${concept}/none`, label: 'No neuron is above luck', icon: 'dash' });
  return {
    id: concept,
    label: concept,
    description: `${countText(support.positive)} words`,
    tooltip: [
      concept,
      `${title}; chance ${scoreText(chance)}${luck === null ? '' : `, best by luck ${scoreText(luck)}`}`,
      `${countText(support.positive)} of ${countText(support.positive + support.negative)} words ${isNumberTitle(concept) ? 'have it' : 'carry it'} (${labels})`,
    ],
    concept,
    rows,
  };
}

function neuronRow({ concept, title, chance, luck, support }: RankingDigest, neuron: RankingDigest['neurons'][number]): Row {
  const { id, score, direction, interval, p } = neuron;
  const isHigh = direction > 0;
  const lines = [
    `${id} is ${isHigh ? 'high' : 'low'} on ${concept}`,
    `${title} ${scoreText(score)}${interval ? ` [${interval.map((end) => scoreText(end)).join(', ')}]` : ''}, chance ${scoreText(chance)}`,
    luck === null
      ? 'Not compared with luck'
      : `Best by luck ${scoreText(luck)}${p === null ? '' : `, p ${p < 0.001 ? '<.001' : scoreText(p, 3)}`}`,
    `${countText(support.positive)} of ${countText(support.positive + support.negative)} words ${isNumberTitle(concept) ? 'have the number' : 'carry the concept'}`,
    'Correlational: the model was not changed',
  ];
  return {
    id: `${concept}/${id}`,
    label: id,
    description: scoreText(score),
    tooltip: lines,
    icon: isHigh ? 'arrow-up' : 'arrow-down',
    color: isHigh ? 'golgi.positive' : 'golgi.negative',
    kind: 'neuron',
    neuron: id,
    side: isHigh ? 'high' : 'low',
    concept,
  };
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
