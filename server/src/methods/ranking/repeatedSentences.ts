/** Sentences that stand on both sides of a split: what was learnt of one is known of the other. */
import type { SampleRows } from '../sample';

/** Held sentences, and how many of them have the words of a fitted one; null where sentences or words are not known. */
export function repeatedSentences(train: SampleRows, held: SampleRows): { readonly repeated: number; readonly of: number } | null {
  const fitted = wordsBySentence(train);
  const others = wordsBySentence(held);
  if (!fitted || !others) return null;
  const known = new Set(fitted.values());
  const repeated = [...others.values()].filter((words) => known.has(words)).length;
  return { repeated, of: others.size };
}

/** The words of every sentence, as far as they are among the rows. */
function wordsBySentence({ groups, types }: SampleRows): Map<number, string> | null {
  if (!groups || !types) return null;
  const words = new Map<number, string>();
  groups.forEach((group, row) => words.set(group, `${words.get(group) ?? ''} ${types[row]}`));
  return words;
}
