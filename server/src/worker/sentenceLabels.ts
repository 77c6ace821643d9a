/** Labels of words as NeuroX keeps them: a line a sentence, as many labels on it as the sentence has words. */
import { counted } from '../protocol/counted';
import { InputError, problem, refuseAll } from '../protocol/errors';
import type { Problem } from '../protocol/errors';

/**
 * The label of every row. A file with a label a line, as many as rows, is taken as such where it cannot be sentences.
 * Throws LABEL_LINES where the number of sentences differs, LABEL_COUNT for every sentence with other words.
 */
export function sentenceLabels(file: string, lines: readonly string[], sentences: Int32Array): string[] {
  const words = wordCounts(sentences);
  if (lines.length === sentences.length && lines.length !== words.length) return [...lines];
  if (lines.length !== words.length) {
    throw new InputError(
      'LABEL_LINES',
      { file },
      {
        found: counted(lines.length, 'line'),
        expected: `${words.length}, one for each sentence of the activations`,
        remedy: 'Take labels and activations from the same text, and let the extraction come to its end.',
      },
    );
  }
  const findings: Problem[] = [];
  const labels = lines.map((line, s) => {
    const found = line.split(/[ \t]+/).filter(Boolean);
    const rows = words[s] ?? 0;
    if (found.length !== rows) findings.push(otherCount({ file, line: s + 1 }, { words: found.length, rows, what: 'label' }));
    return found;
  });
  refuseAll(findings);
  return labels.flat();
}

/** A sentence that has not a row a word. */
export function otherCount(
  place: { readonly file: string; readonly line: number },
  { words, rows, what }: { readonly words: number; readonly rows: number; readonly what: string },
): Problem {
  return problem('LABEL_COUNT', place, {
    found: counted(words, what),
    expected: `${rows}, one for each row of this sentence in the activations`,
    remedy:
      rows > words
        ? 'If the rows are sub-words or special tokens, extract again with --aggregation first, last or average and without --include_special_tokens.'
        : 'If the sentence was cut off at the model’s length, leave it out of both files.',
  });
}

/** How many rows each sentence has. */
export function wordCounts(sentences: Int32Array): number[] {
  const counts: number[] = Array.from({ length: (sentences.at(-1) ?? -1) + 1 }, () => 0);
  for (const sentence of sentences) counts[sentence] = (counts[sentence] ?? 0) + 1;
  return counts;
}
