/** Omission scores as text: a line for every word. */
import { shown } from '../../protocol/errors';
import type { OmissionResult } from '../../protocol/omission';
import { scoreText } from '../../protocol/reading';
import { gainBar } from './marks';
import type { Palette } from './marks';
import { cut, table } from './table';

/** Texts shown; `--json` has all. */
const textsShown = 20;

export function omissionText({ at, pool, neurons, texts, explained, notes }: OmissionResult, paint: Palette): string {
  const how = pool === 'last' ? 'its last token' : 'the mean over its tokens';
  const head = ['  word', '1 − cosine', '', ...neurons];
  const tables = texts.slice(0, textsShown).flatMap(({ text, words }) => {
    const best = Math.max(Number.MIN_VALUE, ...words.map(({ score }) => score ?? 0));
    const rows = words.map(({ text: form, score, neurons: changes }) => [
      `  ${cut(shown(form), 30)}`,
      score === null ? '–' : score.toFixed(4),
      paint.gain(gainBar(score, { chance: 0, best }, 16)),
      ...changes.map((change) => (change === null ? '–' : scoreText(change))),
    ]);
    return ['', paint.bold(shown(text, 200)), table([head.map(paint.dim), ...rows], { right: [1, ...neurons.map((_, n) => n + 3)] })];
  });
  return [
    `What ${at} of a text (${how}) loses with each word${neurons.length > 0 ? '; of single neurons with the word minus without, in standard deviations' : ''}`,
    ...tables,
    ...(texts.length > textsShown ? ['', paint.dim(`${texts.length - textsShown} more texts: see --json`)] : []),
    ...(explained
      ? [
          '',
          paint.bold('how much of the scores follows from which word it is and where it stands, in sentences held out'),
          table(
            explained.map(({ by, share, alpha }) => [`  ${by}`, scoreText(share), paint.dim(`penalty ${alpha}`)]),
            { right: [1] },
          ),
        ]
      : []),
    ...notes.map((note) => paint.dim(note)),
    '',
    paint.dim('A shortened sentence is often ungrammatical, and its later words have moved: part of every score is that.'),
    ...(pool === 'last'
      ? [paint.dim('Without the last word another token speaks for the text, so that its score is not to be compared.')]
      : []),
    '',
  ].join('\n');
}
