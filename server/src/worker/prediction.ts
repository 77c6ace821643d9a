/** What the model itself puts at a word, for its hover. */
import { pieceText } from '../corpus/tokenizer/pieceText';
import type { Prediction } from '../protocol/interactive';
import { tokenizerFor } from './openModel';
import type { OpenStudy } from './openStudy';
import type { Probable } from './mostProbable';
import type { SentenceRuns } from './sentenceRuns';

/** A prediction that would need a run longer than this is left out: a hover is to answer within 150 ms. */
const limitMs = 80;

/** The next word behind a word in a causal model, the masked word itself in others. Null where neither can be had in time. */
export async function predictionAt(study: OpenStudy, runs: SentenceRuns, word: number): Promise<Prediction | null> {
  const sentence = study.corpus.words.sentence[word] ?? -1;
  if (!runs.hasHead || !runs.isQuick(sentence, limitMs)) return null;
  const causal = await study.causal();
  if (causal === null) return null;
  const found = causal ? await behind(runs, sentence, word) : await runs.masked(sentence, word);
  if (!found || found.length === 0) return null;
  const tokenizer = tokenizerFor(study.model);
  return {
    of: causal ? 'next' : 'masked',
    pieces: found.map(({ id, p }) => ({ text: pieceText(tokenizer, id), p })),
  };
}

async function behind(runs: SentenceRuns, sentence: number, word: number): Promise<readonly Probable[] | undefined> {
  const { table, head } = await runs.run(sentence, false);
  return head?.[table.word.indexOf(word)];
}
