/** What sentences, and single neurons, lose with each of their words. */
import { counted } from '../../../../server/src/protocol/counted';
import type { OmissionResult } from '../../../../server/src/protocol/omission';
import { scoreText } from '../../../../server/src/protocol/reading';
import { plain, right, text } from '../page';
import type { Page, Row } from '../page';

export function omissionPage({ at, pool, neurons, texts, explained, notes }: OmissionResult): Pick<Page, 'lede' | 'blocks' | 'notes'> {
  const how = pool === 'last' ? 'its last token' : 'the mean over its tokens';
  const all = explained?.find(({ by }) => by === 'word and position');
  return {
    lede: `What ${at} of a sentence (${how}) loses with each word, in ${counted(texts.length, 'sentence')}.${all ? ` Which word it is and where it stands explain ${scoreText(all.share)} of the variance in sentences held out.` : ''}`,
    blocks: [
      {
        ...{ kind: 'table', title: 'Sentences' },
        head: [
          right('Line'),
          plain('Words', 'the bar below a word is as long as what is lost without it'),
          plain('Most is lost without'),
          right('1 − cosine'),
        ],
        rows: texts.map((sentence) => sentenceRow(sentence, neurons)),
      },
      ...(explained
        ? [
            {
              ...({ kind: 'table', title: 'What explains the scores, in sentences held out' } as const),
              head: [
                plain('By'),
                right('Of the variance'),
                right('Penalty', 'the penalty of the ridge regression, chosen by cross-validation'),
              ],
              rows: explained.map(({ by, share, alpha }) => ({ cells: [text(by), text(scoreText(share)), text(String(alpha), true)] })),
            },
          ]
        : []),
    ],
    notes: [
      ...notes,
      'A shortened sentence is often ungrammatical, and its later words have moved: part of every score is that.',
      ...(pool === 'last' ? ['Without the last word another token speaks for the sentence, so that its score is not to be compared.'] : []),
    ],
  };
}

function sentenceRow({ line, words }: OmissionResult['texts'][number], neurons: readonly string[]): Row {
  const most = Math.max(Number.EPSILON, ...words.map(({ score }) => score ?? 0));
  const top = words.find(({ score }) => score === most);
  return {
    cells: [
      text(line === null ? '–' : String(line), true),
      {
        kind: 'words',
        words: words.map(({ text: form, score }) => ({ text: form, share: (score ?? 0) / most, title: scoreText(score, 4) })),
      },
      text(top?.text ?? '–'),
      text(top ? scoreText(most, 4) : '–'),
    ],
    detail: () => ({
      actions: [],
      blocks: [
        {
          ...{ kind: 'table', title: 'Word by word; neurons in standard deviations, with the word less without it' },
          head: [plain('Word'), right('1 − cosine'), ...neurons.map((id) => right(id))],
          rows: words.map(({ text: form, score, neurons: lost }) => ({
            cells: [text(form), text(scoreText(score, 4)), ...lost.map((value) => text(scoreText(value)))],
          })),
        },
      ],
    }),
  };
}
