/** Concepts that neurons propose, as text: a line each, its words last. */
import { countText, counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import type { Proposals } from '../../protocol/proposals';
import { scoreText } from '../../protocol/reading';
import { gainBar } from './marks';
import type { Palette } from './marks';
import { isWarning, noteText } from './notes';
import { cut, table } from './table';

export function proposalsText(
  { proposals, neurons, rows, labelled, null: luck, provenance }: Proposals,
  paint: Palette,
  width: number,
): string {
  const head = ['neuron', '', 'words', 'AP', 'chance', '', 'r', 'p', 'also', 'nearest label', ''];
  const lines = proposals.map(({ neuron, direction, ap, chance, score, p, support, also, nearest }) => [
    paint.bold(neuron),
    direction === 1 ? paint.high('▲') : paint.low('▼'),
    countText(support.positive),
    scoreText(ap),
    scoreText(chance),
    paint.gain(gainBar(ap, { chance, best: 1 }, 12)),
    scoreText(score),
    scoreText(p),
    also.length === 0 ? '' : `+${also.length}`,
    nearest === null ? '–' : shown(nearest.concept, 24),
    nearest === null ? '' : scoreText(nearest.overlap),
  ]);
  const [heading = '', ...scores] = table([head.map(paint.dim), ...lines], { right: [2, 3, 4, 6, 7, 8, 10] }).split('\n');
  const listed = proposals.flatMap(({ words }, i) => [
    scores[i] ?? '',
    cut(`  ${words.map(({ text }) => shown(text, 40)).join(' ')}`, width),
  ]);
  return [
    `${paint.bold(proposals.length === 0 ? 'no concept is proposed' : counted(proposals.length, 'proposal'))}  by ${counted(neurons.asked, 'neuron')}: words chosen on ${countText(rows.chosen_from)}, tried on the ${countText(rows.left_out)} of other sentences`,
    ...(luck
      ? [
          paint.dim(
            `r: correlation of neuron and words in sentences left out; the best neuron by luck has ${scoreText(luck.q95)} (95 % of ${luck.rounds} shuffles stay below)`,
          ),
        ]
      : []),
    ...(proposals.length === 0 ? [] : ['', heading, ...listed]),
    '',
    ...(labelled > 0
      ? [paint.dim(`${counted(labelled, 'proposal')} more that a label covers by half or more: --labelled shows them`)]
      : []),
    paint.dim(
      'also: neurons that propose much the same; nearest label: the concept of the corpus that shares most words, and how much of either it shares',
    ),
    ...provenance.notes.filter(isWarning).map((note) => paint.dim(noteText(note))),
    '',
  ].join('\n');
}
