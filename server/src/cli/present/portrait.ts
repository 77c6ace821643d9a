/** One neuron as a page of text. */
import { countText, counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import type { FiringSentence, FiringText, NeuronContext, NeuronPortrait } from '../../protocol/portrait';
import { rowNoun, scoreText } from '../../protocol/reading';
import { gainBar, heightMark } from './marks';
import type { Palette } from './marks';
import { cut, pad, table } from './table';

/** Sentences at each end; files have all that were asked for. */
const sentencesShown = 3;

/** Spread, contexts on both sides, samples between, words, concepts. */
export function portraitText(portrait: NeuronPortrait, paint: Palette, width: number): string {
  const { distribution, contexts, words, ngrams, sentences, concepts } = portrait;
  const noun = rowNoun(portrait.provenance);
  if (!distribution) return `${paint.bold(portrait.id)}  all its values are equal on this corpus\n`;
  const heading = (text: string): string => `\n${paint.bold(text)}`;
  return [
    `${paint.bold(portrait.id)}  mean ${scoreText(distribution.mean)}, standard deviation ${scoreText(distribution.deviation)}`,
    spread(distribution),
    heading('concepts it tells apart, by average precision'),
    conceptTable(concepts, noun, paint),
    heading('highest'),
    ...contexts.high.map((context) => contextLine(context, paint.high, width)),
    heading('lowest'),
    ...contexts.low.map((context) => contextLine(context, paint.low, width)),
    heading('between, by tenths of its range'),
    ...contexts.deciles
      .filter(({ rows }) => rows > 0)
      .reverse()
      .flatMap(({ low, high, rows, sample }) => [
        paint.dim(`  ${scoreText(low)} to ${scoreText(high)}: ${counted(rows, noun)}`),
        ...sample.slice(0, 2).map((context) => contextLine(context, paint.bold, width)),
      ]),
    ...(words ? [heading('words, by mean z-score'), wordLine('high', words.high), wordLine('low', words.low)] : []),
    ...(ngrams ? [heading('n-grams, by mean z-score at their last word'), wordLine('high', ngrams.high), wordLine('low', ngrams.low)] : []),
    ...(sentences
      ? [
          heading('sentences, by the mean over their words'),
          ...sentences.mean.high.slice(0, sentencesShown).map((each) => sentenceLine(each, paint.high, width)),
          ...sentences.mean.low.slice(0, sentencesShown).map((each) => sentenceLine(each, paint.low, width)),
        ]
      : []),
    '',
  ].join('\n');
}

/** A histogram in one line: heights are square roots of counts, so that thin tails stay visible. */
function spread({ edges, counts }: NonNullable<NeuronPortrait['distribution']>): string {
  const most = Math.sqrt(Math.max(...counts));
  const bars = counts.map((count) => (count === 0 ? ' ' : heightMark(Math.sqrt(count) / most))).join('');
  return `  ${scoreText(edges[0] ?? null)} ${bars} ${scoreText(edges.at(-1) ?? null)}`;
}

function conceptTable(concepts: NeuronPortrait['concepts'], noun: string, paint: Palette): string {
  if (concepts.length === 0) return paint.dim(`  none with enough ${noun}s on both sides`);
  const rows = concepts.map(({ concept, score, reason, direction, chance, support, interval, word }) => [
    `  ${cut(shown(concept), 30)}`,
    scoreText(score),
    score === null ? (reason ?? '') : paint.gain(gainBar(score, { chance: chance ?? 0, best: 1 }, 16)),
    direction === 1 ? paint.high('▲ high') : paint.low('▼ low'),
    `chance ${scoreText(chance)}`,
    interval ? `${scoreText(interval[0])}–${scoreText(interval[1])}` : '',
    countText(support.positive),
    word
      ? `${cut(shown(word.text), 14)} ${Math.round(100 * word.share)} %${word.scoreWithout === null ? '' : `, without ${scoreText(word.scoreWithout)}`}`
      : '',
  ]);
  return table([['  concept', 'score', 'gain over chance', '', '', '95 %', `${noun}s`, 'commonest hit'].map(paint.dim), ...rows], {
    right: [1, 6],
  });
}

function contextLine({ before, word, after, value, line }: NeuronContext, paint: (text: string) => string, width: number): string {
  const room = Math.max(20, Math.min(70, width - 30));
  const left = shown(before);
  const from = left.length > room ? `…${left.slice(left.length - room + 1)}` : left;
  return `${pad(scoreText(value), 8, 'right')}  ${pad(from, room, 'right')}${paint(shown(word))}${shown(after)}  (line ${countText(line)})`;
}

function wordLine(side: string, list: readonly FiringText[]): string {
  if (list.length === 0) return `  ${side}: none often enough`;
  return `  ${side}: ${list.map(({ text, meanZ, count }) => `${shown(text)} ${scoreText(meanZ, 1)} (${countText(count)})`).join('  ')}`;
}

function sentenceLine({ text, value, line }: FiringSentence, paint: (text: string) => string, width: number): string {
  const room = Math.max(30, width - 24);
  return `${pad(paint(scoreText(value)), 8, 'right')}  ${cut(shown(text, room), room)}  (line ${countText(line)})`;
}
