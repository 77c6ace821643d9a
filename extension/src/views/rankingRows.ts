/** Rows of the tree of rankings, by concept, by layer, or of the line under the cursor. */
import type { RankingDigest, WordLook } from '../../../server/src/protocol/messages';
import { countText } from '../../../server/src/protocol/counted';
import { parseTap, tapText } from '../../../server/src/protocol/neurons';
import type { Tap, TapPoint } from '../../../server/src/protocol/neurons';
import { isNumberTitle } from '../../../server/src/protocol/numbers';
import { scoreText, valueText } from '../../../server/src/protocol/reading';
import type { Arrangement } from '../rankingTree';
import type { Row } from './rows';

/** A line, and what is unusual at each of its words. */
export interface LineLook {
  /** From 0. */
  readonly line: number;
  readonly looks: readonly WordLook[];
}

type RankedNeuron = RankingDigest['neurons'][number];

const mostOfLine = 25;
const groups: Readonly<Record<Arrangement['by'], string>> = { concept: 'by concept', layer: 'by layer', line: 'at the line of the cursor' };

/** Neurons above luck by one method, in groups. */
export function rankingRows(rankings: readonly RankingDigest[], arrangement: Arrangement): Row[] {
  const shown = ofMethod(rankings, arrangement);
  return arrangement.by === 'layer' ? layerRows(shown, arrangement.tap) : shown.map((ranking) => conceptRow(ranking, arrangement.tap));
}

/** `Average precision, ffn, by layer`; empty while nothing is ranked. */
export function arrangementText(rankings: readonly RankingDigest[], arrangement: Arrangement): string {
  const [first] = ofMethod(rankings, arrangement);
  if (arrangement.by === 'line') return `Most unusual neurons ${groups.line}${arrangement.tap ? `, ${arrangement.tap}` : ''}`;
  return first ? [first.title, arrangement.tap ?? 'all taps', groups[arrangement.by]].join(', ') : '';
}

/** The neurons that are most unusual on a line, each with the word at which it is. */
export function lineRows(look: LineLook | null, { tap }: Arrangement): Row[] {
  if (!look) return [{ id: 'line/none', label: 'Put the cursor on a word of the corpus', icon: 'info' }];
  const best = new Map<string, Row & { readonly distance: number }>();
  // At the first position all neurons are unusual, whatever stands there.
  const told = look.looks.filter(({ firstPosition }) => !firstPosition);
  for (const { text, neurons } of told) {
    for (const { neuron, value, percentile, concept, side } of neurons) {
      const distance = Math.abs(percentile - 50);
      if ((tap !== null && pointOf(neuron)?.tap !== tap) || distance <= (best.get(neuron)?.distance ?? -1)) continue;
      best.set(neuron, {
        ...{ id: `line/${neuron}`, label: neuron, description: `${text} ${percentile.toFixed(1)}`, distance },
        tooltip: [`${neuron} at ${text}: ${valueText(value)}, percentile ${percentile.toFixed(1)}`, concept ?? 'No concept above chance'],
        ...sideLook(side === 'high'),
        ...{ kind: 'neuron', neuron, side },
        ...(concept === null ? {} : { concept }),
      });
    }
  }
  const rows = [...best.values()].sort((a, b) => b.distance - a.distance).slice(0, mostOfLine);
  const children = rows.length > 0 ? rows.map(({ distance: _, ...row }) => row) : [noRow('line', 'No neuron is unusual here')];
  return [{ id: 'line', label: `Line ${look.line + 1}`, description: `${countText(look.looks.length)} words`, rows: children }];
}

function ofMethod(rankings: readonly RankingDigest[], { method }: Arrangement): RankingDigest[] {
  const known = rankings.find((ranking) => ranking.method === method) ?? rankings[0];
  return rankings.filter((ranking) => ranking.method === known?.method);
}

/** The listed neurons that stand; without a null nobody knows which ones do, and then the list is what it is. */
function standingNeurons({ luck, neurons }: RankingDigest, tap: Tap | null): RankedNeuron[] {
  const above = luck === null ? neurons : neurons.filter(({ beatsLuck }) => beatsLuck);
  return above.filter(({ id }) => tap === null || pointOf(id)?.tap === tap);
}

function conceptRow(ranking: RankingDigest, tap: Tap | null): Row {
  const { concept, title, chance, luck, standing, support, labels } = ranking;
  const above = standingNeurons(ranking, null);
  const listed = above.length < ranking.neurons.length ? standing : Math.max(standing, above.length);
  const ofTap = standingNeurons(ranking, tap);
  const rows = ofTap.map((neuron) => neuronRow(ranking, neuron));
  if (listed > above.length) rows.push({ id: `${concept}/more`, label: `${countText(listed - above.length)} more above luck` });
  if (rows.length === 0) {
    rows.push(noRow(concept, above.length > 0 ? `None of the ${above.length} neurons above luck is of ${tap}` : 'No neuron is above luck'));
  }
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

/** Layers with the neurons that stand for any concept, each with the one that it marks best. */
function layerRows(rankings: readonly RankingDigest[], tap: Tap | null): Row[] {
  const best = new Map<string, { readonly ranking: RankingDigest; readonly neuron: RankedNeuron; readonly rank: number }>();
  for (const ranking of rankings) {
    standingNeurons(ranking, tap).forEach((neuron, rank) => {
      if (rank < (best.get(neuron.id)?.rank ?? Infinity)) best.set(neuron.id, { ranking, neuron, rank });
    });
  }
  const layers = new Map<string, { readonly point: TapPoint; readonly rows: Row[] }>();
  for (const { ranking, neuron } of [...best.values()].sort((a, b) => a.rank - b.rank)) {
    const point = pointOf(neuron.id);
    if (!point) continue;
    const id = tapText(point).replace(`.${point.tap}`, '');
    const layer = layers.get(id) ?? { point, rows: [] };
    layers.set(id, layer);
    const row = neuronRow(ranking, neuron);
    layer.rows.push({ ...row, id: `${id}/${neuron.id}`, description: `${row.description} ${ranking.concept}` });
  }
  if (layers.size === 0 && rankings.length > 0) return [noRow('layers', 'No neuron is above luck')];
  const order = [...layers].sort(([, a], [, b]) => a.point.stack.localeCompare(b.point.stack) || a.point.layer - b.point.layer);
  return order.map(([id, { point, rows }]) => ({
    id: `layer/${id}`,
    label: `${point.stack ? `${point.stack} ` : ''}Layer ${point.layer}`.replace(/^./, (first) => first.toUpperCase()),
    description: countText(rows.length),
    rows,
  }));
}

function neuronRow({ concept, title, chance, luck, support }: RankingDigest, neuron: RankedNeuron): Row {
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
    ...{ id: `${concept}/${id}`, label: id, description: scoreText(score), tooltip: lines },
    ...sideLook(isHigh),
    ...{ kind: 'neuron', neuron: id, side: isHigh ? 'high' : 'low', concept },
  };
}

function sideLook(isHigh: boolean): Pick<Row, 'icon' | 'color'> {
  return { icon: isHigh ? 'arrow-up' : 'arrow-down', color: isHigh ? 'golgi.positive' : 'golgi.negative' };
}

function noRow(group: string, label: string): Row {
  return { id: `${group}/none`, label, icon: 'dash' };
}

function pointOf(neuron: string): TapPoint | undefined {
  return parseTap(neuron.slice(0, Math.max(0, neuron.lastIndexOf('.'))));
}
