/** Cells in words: for people who hear the table, and for the clipboard. */
import { scoreText } from '../../../server/src/protocol/reading';
import type { FocusEvidence } from '../../../server/src/protocol/results';
import type { TableColumns } from './columns';
import type { TableRanking } from './tableRanking';
import { numberAt } from './tableRanking';

const evidence = new WeakMap<TableRanking, ReadonlyMap<number, FocusEvidence>>();

/** What is known of a neuron beyond its score; undefined where it was not in focus. */
export function evidenceOf(ranking: TableRanking, neuron: number): FocusEvidence | undefined {
  const found = evidence.get(ranking) ?? new Map(ranking.focus.map((focus) => [focus.neuron, focus]));
  evidence.set(ranking, found);
  return found.get(neuron);
}

/** `wink.xpos=VBD, average precision .87, interval .85 to .89, chance .09, high side`. */
export function spokenCell(ranking: TableRanking, neuron: number): string {
  const score = numberAt(ranking.score, neuron);
  if (score === null) return `${ranking.concept}, undefined: ${ranking.undefined[neuron] ?? 'no reason given'}`;
  const interval = evidenceOf(ranking, neuron)?.interval;
  return [
    ranking.concept,
    `${ranking.title.toLowerCase()} ${scoreText(score)}`,
    ...(interval ? [`interval ${scoreText(interval[0])} to ${scoreText(interval[1])}`] : []),
    `chance ${scoreText(ranking.chance)}`,
    ranking.direction[neuron] === -1 ? 'low side' : 'high side',
  ].join(', ');
}

// A cell that begins so would be run as a formula where it is pasted.
const inert = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/[\t\r\n]/g, ' ');

/** Rows of neurons with a header, as tab-separated values in full precision. */
export function rowsAsText({ neurons, rankings }: TableColumns, chosen: readonly number[]): string {
  const header = ['neuron', ...rankings.map(({ concept }) => inert(concept))];
  const rows = chosen.map((neuron) => [inert(neurons[neuron] ?? ''), ...rankings.map(({ score }) => numberAt(score, neuron) ?? '')]);
  return [header, ...rows].map((fields) => `${fields.join('\t')}\n`).join('');
}
