/** One sentence as a model takes it: its tokens, the special ones around them, and which tokens make up which word. */
import { type Corpus, type Sentence, wordText } from '../corpus/corpus';
import type { Tokenizer, Tokens } from '../corpus/tokenizer';
import { type Problem, problem, shown } from '../protocol/errors';

/** The sentence's tokens are `prefix..suffix` of `tokens`; before and after lie the special ones of every input. */
export interface SentenceInput {
  readonly tokens: Tokens;
  readonly prefix: number;
  readonly suffix: number;
  /** First and last token of each word of the sentence; −1 for words that yield none. */
  readonly firstToken: Int32Array;
  readonly lastToken: Int32Array;
}

/**
 * Tokenises a sentence: annotated words each on its own, plain text on its surface. On the surface a token that covers
 * several words speaks for each of them.
 */
export function sentenceInput(corpus: Corpus, sentence: Sentence, tokenizer: Tokenizer): SentenceInput {
  const { words } = corpus;
  const spans = Array.from({ length: sentence.to - sentence.from }, (_, i) => {
    const w = sentence.from + i;
    return { start: words.start[w] ?? 0, end: words.end[w] ?? 0, spaceBefore: i > 0 && words.spaceAfter[w - 1] === 1 };
  });
  const tokens = corpus.pretokenised ? tokenizer.encodeWords(sentence.text, spans) : tokenizer.encode(sentence.text);
  const count = tokens.ids.length;
  const added = (t: number): boolean => tokens.special[t] === 1 && tokens.end[t] === 0;
  let prefix = 0;
  while (prefix < count && added(prefix)) prefix++;
  let suffix = count;
  while (suffix > prefix && added(suffix - 1)) suffix--;

  const firstToken = new Int32Array(spans.length).fill(-1);
  const lastToken = new Int32Array(spans.length).fill(-1);
  const assign = (word: number, token: number): void => {
    if (firstToken[word] === -1) firstToken[word] = token;
    lastToken[word] = token;
  };
  if (corpus.pretokenised) {
    for (let t = prefix; t < suffix; t++) {
      const word = tokens.word[t] as number;
      if (word >= 0 && word < spans.length) assign(word, t);
    }
  } else {
    overlaps(tokens, prefix, suffix, spans, assign);
  }
  return { tokens, prefix, suffix, firstToken, lastToken };
}

/** Calls back for every pair of a word and a token whose spans overlap. Both lists are in the order of the text. */
function overlaps(
  tokens: Tokens,
  from: number,
  to: number,
  spans: readonly { readonly start: number; readonly end: number }[],
  found: (word: number, token: number) => void,
): void {
  let word = 0;
  for (let t = from; t < to; t++) {
    const start = tokens.start[t] as number;
    // Bytes of one character may be tokens without a width of their own: they count where they stand.
    const end = Math.max(tokens.end[t] as number, start + 1);
    while (word < spans.length && (spans[word]?.end ?? 0) <= start) word++;
    for (let w = word; w < spans.length && (spans[w]?.start ?? 0) < end; w++) found(w, t);
  }
}

/** Findings for token ids that the model's embedding table does not have; −1 would pass unnoticed in the runtime. */
export function checkTokenIds(corpus: Corpus, sentence: Sentence, { tokens }: SentenceInput, embeddingRows: number | undefined): Problem[] {
  const findings: Problem[] = [];
  tokens.ids.forEach((id, t) => {
    if (id >= 0 && (embeddingRows === undefined || id < embeddingRows)) return;
    const word = tokens.word[t] ?? -1;
    const text = corpus.pretokenised && word >= 0 ? wordText(corpus, sentence.from + word) : (tokens.pieces[t] ?? '');
    findings.push(
      problem(
        'MODEL_TOKEN',
        { file: corpus.files[0] ?? '', line: sentence.line },
        {
          found: `token ${id} ("${shown(text, 40)}")`,
          expected: `ids from 0 to ${(embeddingRows ?? 0) - 1}, the rows of the model's embedding`,
          remedy: 'Use the tokenizer that the model was exported with.',
        },
      ),
    );
  });
  return findings;
}
