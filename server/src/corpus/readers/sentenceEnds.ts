/** Sentence borders for word lists that have none, as NeuroX's annotator writes them. */

const endMarks = new Set(['.', '!', '?', '…', '...', '?!', '!!', '!!!', '??', '???']);
const closers = new Set(['"', "''", '”', '’', ')', ']', '}', '»', '-RRB-']);

/** Words after which a stretch without an end mark is broken all the same. */
const longestStretch = 256;

/** What is said to the person when this rule was used. */
export const sentenceEndRule = `No sentence borders in the file: sentences end after . ! ? … and closing quotes or brackets, or after ${longestStretch} words.`;

/** Index one past the last word of each sentence. */
export function sentenceEnds(words: readonly string[]): number[] {
  const ends: number[] = [];
  let from = 0;
  words.forEach((word, w) => {
    const next = words[w + 1];
    const ended = endMarks.has(word) || (closers.has(word) && w > from && ends.at(-1) !== w && endedBefore(words, w, from));
    const goesOn = next !== undefined && (endMarks.has(next) || closers.has(next));
    if ((ended && !goesOn) || w + 1 - from >= longestStretch || next === undefined) {
      ends.push(w + 1);
      from = w + 1;
    }
  });
  return ends;
}

/** Whether only closers lie between word `w` and an end mark before it. */
function endedBefore(words: readonly string[], w: number, from: number): boolean {
  let k = w;
  while (k > from && closers.has(words[k] ?? '')) k -= 1;
  return endMarks.has(words[k] ?? '');
}
